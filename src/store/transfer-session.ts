import type { Redis } from 'ioredis';
import { closeConnection, connectOnce, type RedisSettings } from './connections.ts';
import { answered } from './errors.ts';
import { checkPartitions, checkVersion, readInfo } from './fitness.ts';
import { Keys } from './keys.ts';
import { LegacySource } from './legacy-source.ts';
import { Scripts } from './scripts.ts';
import { Transfer, type TransferMode } from './transfer.ts';

/** A command of a transfer may take this long, in ms: batches are larger than what the service sends. */
const TIMEOUT_MS = 10_000;

export interface TransferOptions {
  readonly redis: RedisSettings;
  readonly keyPrefix: string;
  readonly partitions: number;
}

/** The service's data, open for a transfer. */
export interface TransferSession {
  readonly transfer: Transfer;
  /** The names of the replicas that are connected to the same database, as far as Redis tells. */
  runningReplicas(): Promise<string[]>;
  close(): void;
}

/**
 * Connects to the service's Redis and makes sure that it and its data fit.
 * @param mode with `look` nothing is written, not even the number of partitions
 * @throws StoreUnavailableError when it cannot be reached
 * @throws UnfitStoreError when it is too old, or holds messages of another number of partitions
 */
export async function openTransfer(
  { redis: settings, keyPrefix, partitions }: TransferOptions,
  mode: TransferMode,
): Promise<TransferSession> {
  const redis = await connect(settings, 'transfer');
  try {
    const keys = new Keys(keyPrefix, partitions);
    checkVersion((await readInfo(redis)) ?? '');
    await checkPartitions(redis, keys, mode);
    const transfer = new Transfer({ redis, scripts: new Scripts(redis), keys });
    return {
      transfer,
      runningReplicas: () => runningReplicas(redis, settings.db),
      close: () => closeConnection(redis),
    };
  } catch (error) {
    closeConnection(redis);
    throw error;
  }
}

/**
 * Connects to the Redis of the old service.
 * @throws StoreUnavailableError when it cannot be reached
 */
export async function openLegacySource(
  settings: RedisSettings,
): Promise<{ readonly source: LegacySource; close(): void }> {
  const redis = await connect(settings, 'import-legacy');
  return { source: new LegacySource(redis), close: () => closeConnection(redis) };
}

function connect(settings: RedisSettings, name: string): Promise<Redis> {
  const commandTimeoutMs = Math.max(settings.commandTimeoutMs, TIMEOUT_MS);
  return connectOnce({ ...settings, commandTimeoutMs }, name);
}

/** Every replica names its connections after itself; a Redis that refuses to tell knows of none. */
async function runningReplicas(redis: Redis, db: number): Promise<string[]> {
  const clients = await answered(redis.client('LIST')).catch(() => '');
  const names = String(clients)
    .split('\n')
    .filter((line) => line.includes(` db=${db} `))
    .map((line) => / name=agendamento:commands:(\S+)/.exec(line)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
