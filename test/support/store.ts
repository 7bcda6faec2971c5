import { pino } from 'pino';
import type { NewMessage } from '../../src/domain/message.ts';
import { formatInstant } from '../../src/domain/schedule-time.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { Store } from '../../src/store/store.ts';

export const silentLog = pino({ level: 'silent' });

export interface TestStoreOptions {
  readonly partitions?: number;
  readonly keyPrefix?: string;
  readonly replica?: string;
}

/** A store on a test's Redis, started and found fit. Stop it when done. */
export async function openStore(port: number, options: TestStoreOptions = {}): Promise<Store> {
  const store = new Store({
    redis: {
      host: '127.0.0.1',
      port,
      username: undefined,
      password: undefined,
      db: 0,
      commandTimeoutMs: 1500,
    },
    keyPrefix: options.keyPrefix ?? '',
    partitions: options.partitions ?? 1,
    deliveryLogLength: 1000,
    replica: options.replica ?? 'test',
    clock: systemClock,
    log: silentLog,
  });
  await store.start();
  await store.fitness.start();
  return store;
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

/** Some ids that all live in one partition. */
export function idsIn(store: Store, partition: number, count: number): string[] {
  const ids: string[] = [];
  for (let i = 0; ids.length < count; i += 1) {
    if (store.keys.partitionOf(`m${i}`) === partition) ids.push(`m${i}`);
  }
  return ids;
}
