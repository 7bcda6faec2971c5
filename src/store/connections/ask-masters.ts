import type { Redis } from 'ioredis';
import { StoreUnavailableError } from '../../domain/errors.ts';
import { answered } from '../errors.ts';
import type { Connections } from './connections.ts';

/**
 * Asks every master the same.
 * @returns their answers, in no particular order
 * @throws StoreUnavailableError when one of them does not answer, or none is known yet
 */
export async function askMasters<T>(
  connections: Pick<Connections, 'masters'>,
  ask: (server: Redis) => Promise<T>,
): Promise<T[]> {
  return await Promise.all(askEach(connections, ask));
}

/**
 * As `askMasters`, of those that answer.
 * @throws StoreUnavailableError when none does
 */
export async function askAnyMasters<T>(
  connections: Pick<Connections, 'masters'>,
  ask: (server: Redis) => Promise<T>,
): Promise<T[]> {
  const asked = await Promise.allSettled(askEach(connections, ask));
  const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = asked.find((one) => one.status === 'rejected');
  if (answers.length === 0) throw failure?.reason;
  return answers;
}

function askEach<T>(
  connections: Pick<Connections, 'masters'>,
  ask: (server: Redis) => Promise<T>,
): Promise<T>[] {
  const known = connections.masters();
  if (known.length === 0) throw new StoreUnavailableError('no master is known yet');
  return known.map(async (master) => await answered(ask(master.server())));
}
