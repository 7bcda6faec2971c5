import type { Redis } from 'ioredis';

/**
 * Names the writes of a master, from when it became one: replicas share it, a server that becomes master or
 * starts anew has another. `undefined` when the server does not tell, or is no master.
 */
export type WriteHistory = string | undefined;

/** A connection for commands, from when it is made until it is lost. */
export class Link {
  /** Of the server, at some moment since the connection was made. */
  history: Promise<WriteHistory>;
  private readonly redis: Redis;

  constructor(redis: Redis) {
    this.redis = redis;
    this.history = this.ask();
  }

  /** Asks for the history again: a master that is long without replicas begins another. */
  renew(): void {
    this.history = this.ask();
  }

  private ask(): Promise<WriteHistory> {
    return this.redis.info('replication').then(historyOf, () => undefined);
  }
}

/** @param info the section `replication` of `INFO` */
export function historyOf(info: string): WriteHistory {
  if (!/^role:master\b/m.test(info)) return undefined;
  return /^master_replid:(\w+)/m.exec(info)?.[1];
}

/** Knows the link that each connection has now. */
export class Links {
  private readonly current = new WeakMap<Redis, Link>();

  /** To be told of a connection before it is made. */
  track(redis: Redis): void {
    redis.on('ready', () => this.current.set(redis, new Link(redis)));
    redis.on('close', () => this.current.delete(redis));
  }

  of(redis: Redis | undefined): Link | undefined {
    return redis && this.current.get(redis);
  }
}
