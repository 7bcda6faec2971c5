import type { PayloadKey } from '../runtime/payload-key.ts';
import type { RedisSettings } from '../runtime/redis-settings.ts';
import { askMasters } from './connections/ask-masters.ts';
import type { Connections } from './connections/connections.ts';
import { openConnections } from './connections/create.ts';
import { checkPartitions, checkServer, readInfos } from './fitness.ts';
import { Keys } from './keys.ts';
import { Scripts } from './scripts.ts';
import { Sealing } from './sealing.ts';
import type { TransferMode } from './transfer.ts';

/** A command of a tool may take this long, in ms: batches are larger than what the service sends. */
const TIMEOUT_MS = 10_000;

/** Where the service keeps its data, and how. */
export interface ToolOptions {
  readonly redis: RedisSettings;
  readonly keyPrefix: string;
  readonly partitions: number;
  /** The first one encrypts payloads and headers, all decrypt; none unless given. */
  readonly payloadKeys?: readonly PayloadKey[];
}

/** What a tool works on the service's data with. */
export interface Tool {
  readonly connections: Connections;
  readonly keys: Keys;
  readonly scripts: Scripts;
  readonly sealing: Sealing;
}

/**
 * Connects to the service's Redis and makes sure that it and its data fit.
 * @param name of the tool, for Redis
 * @param mode with `look` nothing is written, not even the number of partitions
 * @throws StoreUnavailableError when it cannot be reached
 * @throws UnfitStoreError when it is too old, or holds messages of another number of partitions
 */
export async function openTool(
  { redis, keyPrefix, partitions, payloadKeys }: ToolOptions,
  name: string,
  mode: TransferMode,
): Promise<Tool> {
  const keys = new Keys(keyPrefix, partitions);
  const connections = await openConnections(patient(redis), keys, name);
  try {
    for (const info of await readInfos(connections)) checkServer(info, connections);
    await checkPartitions(connections.commands, keys, mode);
    const scripts = new Scripts(connections.commands, keys);
    return { connections, keys, scripts, sealing: new Sealing(payloadKeys) };
  } catch (error) {
    connections.close();
    throw error;
  }
}

/** The same Redis, with the patience of a tool. */
export function patient(settings: RedisSettings): RedisSettings {
  return { ...settings, commandTimeoutMs: Math.max(settings.commandTimeoutMs, TIMEOUT_MS) };
}

/**
 * The names of the replicas that are connected to a database: each names its connections after itself. A
 * Redis that refuses to tell knows of none.
 */
export async function runningReplicas(connections: Connections, db: number): Promise<string[]> {
  const lists = await askMasters(connections, (server) =>
    server.client('LIST').then(String, () => ''),
  );
  const names = lists
    .flatMap((list) => list.split('\n'))
    .filter((line) => line.includes(` db=${db} `))
    .map((line) => / name=agendamento:commands:(\S+)/.exec(line)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
