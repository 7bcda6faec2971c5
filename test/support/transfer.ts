import type { Redis } from 'ioredis';
import { Keys } from '../../src/store/keys.ts';
import type { Transfer, TransferMode } from '../../src/store/transfer.ts';
import { openTransfer, type TransferSession } from '../../src/store/transfer-session.ts';
import { settingsOf } from './store.ts';
import { until } from './until.ts';

/** A transfer's session on a test's Redis, and its key names. */
export interface OpenTransfer {
  readonly session: TransferSession;
  readonly transfer: Transfer;
  readonly keys: Keys;
}

export interface TransferTarget {
  readonly port: number;
  readonly partitions?: number;
  readonly keyPrefix?: string;
}

export function openTestTransfer(
  { port, partitions = 1, keyPrefix = '' }: TransferTarget,
  mode: TransferMode = 'write',
): Promise<TransferSession> {
  const redis = settingsOf({ kind: 'standalone', host: '127.0.0.1', port });
  return openTransfer({ redis, partitions, keyPrefix }, mode);
}

/** Gives each test a session of its own. */
export function useTransfer(port: () => number, partitions: number): { current: OpenTransfer } {
  const holder = { current: undefined as unknown as OpenTransfer };
  beforeEach(async () => {
    const session = await openTestTransfer({ port: port(), partitions });
    holder.current = { session, transfer: session.transfer, keys: new Keys('', partitions) };
  });
  afterEach(() => holder.current.session.close());
  return holder;
}

/** Listens to the expired keys of database 0, as the service does. */
export async function hearExpired(client: Redis) {
  const subscriber = client.duplicate();
  const heard: string[] = [];
  subscriber.on('message', (_channel: string, key: string) => heard.push(key));
  await subscriber.subscribe('__keyevent@0__:expired');
  return {
    /** Reads the key until Redis has announced that it expired. */
    until: (key: string) =>
      until(`${key} expires`, async () => {
        await client.touch(key);
        return heard.includes(key);
      }),
    stop: () => subscriber.disconnect(),
  };
}
