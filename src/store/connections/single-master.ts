import type { Redis } from 'ioredis';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import {
  closeConnection,
  connectInBackground,
  connectOnce,
  createConnection,
} from './connection.ts';
import type { Connections, ConnectionsOptions, Master, Purpose, Route } from './connections.ts';
import { Links } from './link.ts';
import { type ConnectionOptions, connectionOptions, purposeOptions } from './redis-options.ts';

interface SingleMasterParts {
  /** A connection to the master. */
  readonly commands: Redis;
  /** Makes another one. */
  readonly createConnection: (purpose: Purpose) => Redis;
  /** All of them, for it holds every key. */
  readonly partitions: readonly number[];
}

/** One master at a time: always the same server, or whichever one the connections are led to. */
export class SingleMaster implements Connections {
  readonly clustered = false;
  readonly commands: Redis;
  private readonly master: Master;
  private readonly links = new Links();
  /** Those that were made beside `commands` and have not ended. */
  private readonly others = new Set<Redis>();

  constructor({ commands, createConnection, partitions }: SingleMasterParts) {
    this.commands = commands;
    this.links.track(commands);
    this.master = {
      name: 'master',
      partitions,
      server: () => commands,
      createConnection: (purpose) => this.keep(createConnection(purpose)),
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

  route(): Route | undefined {
    const { master } = this;
    const link = this.links.of(this.commands);
    return link && { master, link, history: link.history };
  }

  /** There is never a change: every connection finds a new master by itself. */
  onChange(): () => void {
    return () => undefined;
  }

  /** Leaves the server that the connections have, for the one that they are led to now. */
  protected connectAnew(): void {
    for (const redis of [this.commands, ...this.others]) {
      if (redis.status === 'ready') redis.disconnect(true);
      // It would try again some time later.
      else if (redis.status === 'reconnecting') connectInBackground(redis);
      // One that is just being made may be led to the old master still: it is made once more.
      else redis.once('ready', () => redis.disconnect(true));
    }
  }

  private keep(other: Redis): Redis {
    this.others.add(other);
    other.once('end', () => this.others.delete(other));
    return other;
  }
}

/** The connections of a service to a master at an endpoint. */
export function lastingParts(
  { redis, keys, replica, log }: ConnectionsOptions,
  endpoint: ConnectionOptions,
): SingleMasterParts {
  const connect = (role: string, options: ConnectionOptions) =>
    createConnection({ ...options, ...endpoint }, role, log);
  return {
    commands: connect('commands', connectionOptions(redis, `commands:${replica}`)),
    createConnection: (purpose) => connect(purpose, purposeOptions(redis, purpose, replica)),
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
    createConnection: () => commands.duplicate(),
    partitions: keys.allPartitions(),
  });
}
