import type { Redis } from 'ioredis';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import {
  closeConnection,
  connectInBackground,
  connectOnce,
  createConnection,
} from './connection.ts';
import type { Connections, ConnectionsOptions, Master } from './connections.ts';
import { type ConnectionOptions, connectionOptions } from './redis-options.ts';

interface SingleMasterParts {
  /** A connection to the master. */
  readonly commands: Redis;
  /** Makes another one, for subscribing. */
  readonly createEvents: () => Redis;
  /** All of them, for it holds every key. */
  readonly partitions: readonly number[];
}

/** One master at a time: always the same server, or whichever one the connections are led to. */
export class SingleMaster implements Connections {
  readonly clustered = false;
  readonly commands: Redis;
  private readonly master: Master;
  /** Those that were made and have not ended. */
  private readonly events = new Set<Redis>();

  constructor({ commands, createEvents, partitions }: SingleMasterParts) {
    this.commands = commands;
    this.master = {
      name: 'master',
      partitions,
      server: () => commands,
      createEvents: () => this.keep(createEvents()),
    };
  }

  open(): void {
    connectInBackground(this.commands);
  }

  close(): void {
    closeConnection(this.commands);
  }

  masters(): readonly Master[] {
    return [this.master];
  }

  /** There is never a change: every connection finds a new master by itself. */
  onChange(): () => void {
    return () => undefined;
  }

  /** Leaves the server that the connections have, for the one that they are led to now. */
  protected connectAnew(): void {
    for (const redis of [this.commands, ...this.events]) {
      // One that is just being made may be led to the old master still: it is made once more.
      if (redis.status === 'ready') redis.disconnect(true);
      else redis.once('ready', () => redis.disconnect(true));
    }
  }

  private keep(events: Redis): Redis {
    this.events.add(events);
    events.once('end', () => this.events.delete(events));
    return events;
  }
}

/** The connections of a service to a master at an endpoint. */
export function lastingParts(
  { redis, keys, replica, log }: ConnectionsOptions,
  endpoint: ConnectionOptions,
): SingleMasterParts {
  const connect = (role: 'commands' | 'events') =>
    createConnection({ ...connectionOptions(redis, `${role}:${replica}`), ...endpoint }, role, log);
  return {
    commands: connect('commands'),
    createEvents: () => connect('events'),
    partitions: keys.allPartitions(),
  };
}

/**
 * Opens a connection to the master at an endpoint, for a task that ends.
 * @throws StoreUnavailableError with the reason when it cannot be reached or refuses us
 */
export async function openSingleMaster(
  redis: RedisSettings,
  keys: Keys,
  name: string,
  endpoint: ConnectionOptions,
): Promise<SingleMaster> {
  const commands = await connectOnce({ ...connectionOptions(redis, name), ...endpoint });
  return new SingleMaster({
    commands,
    createEvents: () => commands.duplicate(),
    partitions: keys.allPartitions(),
  });
}
