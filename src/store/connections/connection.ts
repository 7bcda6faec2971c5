import { Redis } from 'ioredis';
import { StoreUnavailableError } from '../../domain/errors.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { ConnectionOptions } from './redis-options.ts';
import { advised } from './tls.ts';

/**
 * Makes a connection that lasts; it opens on `connectInBackground`. Its losses go to the log.
 * @param role what it is for, for the log
 */
export function createConnection(options: ConnectionOptions, role: string, log: Logger): Redis {
  const redis = new Redis(options);
  let reachable = true;
  redis.on('ready', () => {
    if (!reachable) log.info({ role }, 'Redis is back');
    reachable = true;
  });
  redis.on('sentinelError', (error: Error) => {
    if (reachable) log.warn({ role, err: error }, 'a sentinel did not say who is master');
  });
  redis.on('error', (error) => {
    // Once per outage: the reconnect loop would repeat it every second.
    if (reachable) {
      log.warn({ role, err: explained(redis, error) }, 'Redis is unreachable; reconnecting');
    }
    reachable = false;
  });
  return redis;
}

/** An error of a connection; with what can be done about it when the connection could not even be made. */
export function explained(redis: Redis, error: Error): Error {
  return redis.status === 'ready' ? error : advised(error, redis.options.tls);
}

/** Starts connecting; failures go to the connection's `error` event and are tried again for ever. */
export function connectInBackground(redis: Redis): void {
  redis.connect().catch(() => {
    // The `error` event has reported it and the reconnect loop goes on.
  });
}

/**
 * Opens a connection for a task that ends: a connection that cannot be made, or is lost, is an error.
 * @throws StoreUnavailableError with the reason when Redis cannot be reached or refuses us
 */
export async function connectOnce(options: ConnectionOptions): Promise<Redis> {
  const redis = new Redis({
    ...options,
    // What is sent together goes in one write.
    enableAutoPipelining: true,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    reconnectOnError: () => false,
  });
  let reason: Error | undefined;
  redis.on('error', (error) => {
    reason ??= explained(redis, error);
  });
  try {
    await redis.connect();
    // What a server without access for us, or without that database, refuses.
    await redis.select(options.db ?? 0);
    return redis;
  } catch (error) {
    closeConnection(redis);
    throw new StoreUnavailableError(reason ?? error);
  }
}

/** Why no connection can be made, found out by trying; `undefined` when one can. */
export async function whyUnreachable(options: ConnectionOptions): Promise<Error | undefined> {
  try {
    closeConnection(await connectOnce(options));
    return undefined;
  } catch (error) {
    return error instanceof StoreUnavailableError && error.cause instanceof Error
      ? error.cause
      : undefined;
  }
}

/** Closes a connection for good, one that is still being made as well. */
export function closeConnection(redis: Redis): void {
  // What breaks off now is meant to.
  redis.removeAllListeners('error');
  redis.on('error', () => undefined);
  redis.disconnect();
}
