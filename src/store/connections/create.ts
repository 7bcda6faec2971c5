import type { Redis } from 'ioredis';
import type { Logger } from '../../runtime/logger.ts';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import { connectOnce, createConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import { type ConnectionOptions, connectionOptions } from './redis-options.ts';
import { SingleMaster } from './single-master.ts';
import { standaloneEndpoint } from './standalone.ts';

export interface ConnectionsOptions {
  readonly redis: RedisSettings;
  readonly keys: Keys;
  /** The name of this process, shown by `CLIENT LIST`. */
  readonly replica: string;
  readonly log: Logger;
}

/** What a connection is for; part of its name in `CLIENT LIST`. */
type Role = 'commands' | 'events';

/** The connections of a service; they open on `open`. */
export function createConnections({ redis, keys, replica, log }: ConnectionsOptions): Connections {
  const connect = (role: Role) =>
    createConnection(endpoint(redis, `${role}:${replica}`), role, log);
  return new SingleMaster(connect('commands'), () => connect('events'), keys.allPartitions());
}

/**
 * Opens connections for a task that ends: one that cannot be made, or is lost, is an error.
 * @param name shown by `CLIENT LIST`
 * @throws StoreUnavailableError with the reason when Redis cannot be reached or refuses us
 */
export async function openConnections(
  redis: RedisSettings,
  keys: Keys,
  name: string,
): Promise<Connections> {
  const commands = await connectOnce(endpoint(redis, name));
  return new SingleMaster(commands, () => commands.duplicate(), keys.allPartitions());
}

/** Opens one connection to the Redis at an address, for a task that ends; as `openConnections`. */
export function openServer(redis: RedisSettings, name: string): Promise<Redis> {
  return connectOnce(endpoint(redis, name));
}

function endpoint(redis: RedisSettings, name: string): ConnectionOptions {
  return { ...connectionOptions(redis, name), ...standaloneEndpoint(redis.topology) };
}
