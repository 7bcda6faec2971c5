import type { Redis } from 'ioredis';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import type { Link, WriteHistory } from './link.ts';

/**
 * What commands on a key go through: each reaches the master that holds the key. What concerns a server
 * as a whole is not among them: it is asked of every master.
 */
export type Commands = Pick<
  Redis,
  | 'defineCommand'
  | 'del'
  | 'exists'
  | 'get'
  | 'hgetall'
  | 'pexpire'
  | 'set'
  | 'setnx'
  | 'touch'
  | 'xrevrange'
  | 'zcard'
>;

/** A server that takes writes. The object lasts for as long as that server is master. */
export interface Master {
  /** Tells it from the others. */
  readonly name: string;
  /** The partitions whose keys it holds, as now known. */
  readonly partitions: readonly number[];
  /**
   * For what concerns the server as a whole.
   * @throws StoreUnavailableError when there is no connection to it
   */
  server(): Redis;
  /** A connection for that purpose alone; opening and closing it is left to the caller. */
  createConnection(purpose: Purpose): Redis;
}

/** Why something needs a connection of its own: to subscribe, or to wait for what others have written. */
export type Purpose = 'events' | 'waits';

/** The way that commands on a partition's keys take. */
export interface Route {
  readonly master: Master;
  /** Its connection for commands. */
  readonly link: Link;
  /** Of the master, at some moment before now. */
  readonly history: Promise<WriteHistory>;
}

/** Redis as the rest of the store sees it, whatever servers it is made of. */
export interface Connections {
  /** Whether the servers are to be a Redis Cluster. */
  readonly clustered: boolean;
  readonly commands: Commands;
  /** Begins to connect, and does so again after every loss, until `close`. */
  open(): void;
  /** Closes for good, also what is still being made. */
  close(): void;
  /** The masters as now known. */
  masters(): readonly Master[];
  /** The way to a partition's keys now; `undefined` while there is none. */
  route(partition: number): Route | undefined;
  /**
   * Calls a listener after every change of the masters, or of what they hold.
   * @returns a function that ends that
   */
  onChange(listener: () => void): () => void;
}

export interface ConnectionsOptions {
  readonly redis: RedisSettings;
  readonly keys: Keys;
  /** Shown by `CLIENT LIST`, after `agendamento:` and what a connection is for. */
  readonly replica: string;
  readonly clock: Clock;
  readonly log: Logger;
}
