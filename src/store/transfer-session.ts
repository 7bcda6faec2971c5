import type { RedisSettings } from '../runtime/redis-settings.ts';
import { askMasters } from './connections/ask-masters.ts';
import type { Connections } from './connections/connections.ts';
import { openConnections } from './connections/create.ts';
import { checkPartitions, checkServer, readInfos } from './fitness.ts';
import { Keys } from './keys.ts';
import { LEGACY_KEYS, LegacySource } from './legacy-source.ts';
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
  const keys = new Keys(keyPrefix, partitions);
  const connections = await openConnections(patient(settings), keys, 'transfer');
  try {
    for (const info of await readInfos(connections)) checkServer(info, connections);
    await checkPartitions(connections.commands, keys, mode);
    const scripts = new Scripts(connections.commands, keys);
    return {
      transfer: new Transfer({ connections, scripts, keys }),
      runningReplicas: () => runningReplicas(connections, settings.db),
      close: () => connections.close(),
    };
  } catch (error) {
    connections.close();
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
  const connections = await openConnections(patient(settings), LEGACY_KEYS, 'import-legacy');
  return { source: new LegacySource(connections), close: () => connections.close() };
}

function patient(settings: RedisSettings): RedisSettings {
  return { ...settings, commandTimeoutMs: Math.max(settings.commandTimeoutMs, TIMEOUT_MS) };
}

/** Every replica names its connections after itself; a Redis that refuses to tell knows of none. */
async function runningReplicas(connections: Connections, db: number): Promise<string[]> {
  const lists = await askMasters(connections, (server) =>
    server.client('LIST').then(String, () => ''),
  );
  const names = lists
    .flatMap((list) => list.split('\n'))
    .filter((line) => line.includes(` db=${db} `))
    .map((line) => / name=agendamento:commands:(\S+)/.exec(line)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
