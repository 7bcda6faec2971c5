import { pino } from 'pino';
import type { Durability } from '../../src/domain/durability.ts';
import type { NewMessage } from '../../src/domain/message.ts';
import { formatInstant } from '../../src/domain/schedule-time.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import type { PayloadKey } from '../../src/runtime/payload-key.ts';
import type { RedisSettings, RedisTls, RedisTopology } from '../../src/runtime/redis-settings.ts';
import { Store } from '../../src/store/store.ts';
import type { AuditStep } from '../../src/store/upkeep.ts';
import { USER } from './redis-user.ts';

export const silentLog = pino({ level: 'silent' });

export interface TestStoreOptions {
  readonly partitions?: number;
  readonly keyPrefix?: string;
  readonly replica?: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: RedisTls;
  readonly log?: Logger;
  readonly durability?: Durability;
  readonly payloadKeys?: readonly PayloadKey[];
  readonly commandTimeoutMs?: number;
}

const COMMAND_TIMEOUT_MS = 1500;

/** Settings of a test's Redis, where we are the least of its users. */
export function settingsOf(topology: RedisTopology): RedisSettings {
  const { name: username, password } = USER;
  return {
    topology,
    username,
    password,
    db: 0,
    tls: undefined,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  };
}

/** A store on a test's Redis, started and found fit. Stop it when done. */
export function openStore(port: number, options: TestStoreOptions = {}): Promise<Store> {
  return openStoreAt({ kind: 'standalone', host: '127.0.0.1', port }, options);
}

/** As `openStore`, on any Redis. */
export async function openStoreAt(
  topology: RedisTopology,
  options: TestStoreOptions = {},
): Promise<Store> {
  const store = new Store({
    redis: {
      ...settingsOf(topology),
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      tls: options.tls,
      commandTimeoutMs: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    },
    keyPrefix: options.keyPrefix ?? '',
    partitions: options.partitions ?? 1,
    payloadKeys: options.payloadKeys ?? [],
    deliveryLogLength: 1000,
    durability: options.durability ?? 'memory',
    replica: options.replica ?? 'test',
    clock: systemClock,
    log: options.log ?? silentLog,
  });
  await store.start();
  try {
    await store.fitness.start();
    return store;
  } catch (error) {
    await store.stop();
    throw error;
  }
}

/** A message due at an instant (epoch ms), everything else plausible. */
export function newMessage(id: string, dueAt: number, over: Partial<NewMessage> = {}): NewMessage {
  return {
    id,
    scheduleTo: formatInstant(dueAt),
    dueAt,
    webhookUrl: 'http://127.0.0.1:9/hook',
    payload: '{"hello":"world"}',
    ...over,
  };
}

/** A whole walk over all messages: what it mended, and how many keys were foreign. */
export async function auditAll({ upkeep }: Store): Promise<AuditStep> {
  const steps: AuditStep[] = [];
  for await (const step of upkeep.audit()) steps.push(step);
  const total = (count: (step: AuditStep) => number) =>
    steps.reduce((sum, step) => sum + count(step), 0);
  return {
    rearmed: total(({ rearmed }) => rearmed),
    enrolled: total(({ enrolled }) => enrolled),
    unreadable: steps.flatMap(({ unreadable }) => unreadable),
    foreign: total(({ foreign }) => foreign),
  };
}

/** Some ids that all live in one partition. */
export function idsIn(store: Store, partition: number, count: number): string[] {
  const ids: string[] = [];
  for (let i = 0; ids.length < count; i += 1) {
    if (store.keys.partitionOf(`m${i}`) === partition) ids.push(`m${i}`);
  }
  return ids;
}
