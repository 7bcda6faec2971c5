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
  const known = connections.masters();
  if (known.length === 0) throw new StoreUnavailableError('no master is known yet');
  return await Promise.all(known.map(async (master) => await answered(ask(master.server()))));
}
