import { Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailableError } from '../domain/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { errorCode } from './errors.ts';

/** Where Redis is and how long to wait for it. */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** A command without an answer fails after this, in ms. */
  readonly commandTimeoutMs: number;
}

/** What a connection is for; part of its name in `CLIENT LIST`. */
export type ConnectionRole = 'commands' | 'events';

/** Between tries to reconnect: 50 ms, doubled each time, at most 1 s; ±20 % so that replicas spread. */
function reconnectDelay(tries: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(tries - 1, 10)) * (0.8 + 0.4 * Math.random());
}

/**
 * The behaviour every connection shares: fail fast and reconnect for ever. Nothing is queued while
 * Redis is away and nothing is re-sent behind our back: a caller that got an error knows that its
 * command will not run later, and decides itself whether to repeat it.
 */
function redisOptions(settings: RedisSettings, name: string): Omit<RedisOptions, 'replyMapping'> {
  return {
    host: settings.host,
    port: settings.port,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    db: settings.db,
    // RESP2: one shape of replies from every server and proxy.
    protocol: 2,
    connectionName: name,
    lazyConnect: true,
    connectTimeout: 2000,
    disconnectTimeout: 100,
    commandTimeout: settings.commandTimeoutMs,
    // A link that swallows is cut soon after its first unanswered command.
    socketTimeout: settings.commandTimeoutMs * 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Its own subscribing has no one to catch a failure; the expiry feed subscribes instead.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnectDelay,
    // After a failover the old master answers READONLY: connect anew, to find the new one.
    reconnectOnError: (error) => errorCode(error) === 'READONLY',
  };
}

/**
 * Makes a connection; it opens on `connectInBackground`.
 * @param replica the name of this process, shown by `CLIENT LIST`
 */
export function createConnection(
  settings: RedisSettings,
  role: ConnectionRole,
  replica: string,
  log: Logger,
): Redis {
  const redis = new Redis(redisOptions(settings, `agendamento:${role}:${replica}`));
  let reachable = true;
  redis.on('ready', () => {
    if (!reachable) log.info({ role }, 'Redis is back');
    reachable = true;
  });
  redis.on('error', (error) => {
    // Once per outage: the reconnect loop would repeat it every second.
    if (reachable) log.warn({ role, err: error }, 'Redis is unreachable; reconnecting');
    reachable = false;
  });
  return redis;
}

/** Starts connecting; failures go to the connection's `error` event and are tried again for ever. */
export function connectInBackground(redis: Redis): void {
  redis.connect().catch(() => {
    // The `error` event has reported it and the reconnect loop goes on.
  });
}

/**
 * Opens a connection for a task that ends: a connection that cannot be made, or is lost, is an error.
 * @param name shown by `CLIENT LIST` after `agendamento:`
 * @throws StoreUnavailableError with the reason when Redis cannot be reached or refuses us
 */
export async function connectOnce(settings: RedisSettings, name: string): Promise<Redis> {
  const redis = new Redis({
    ...redisOptions(settings, `agendamento:${name}`),
    // What is sent together goes in one write.
    enableAutoPipelining: true,
    retryStrategy: () => null,
    reconnectOnError: () => false,
  });
  let reason: Error | undefined;
  redis.on('error', (error) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    // What a server without access for us, or without that database, refuses.
    await redis.select(settings.db);
    return redis;
  } catch (error) {
    closeConnection(redis);
    throw new StoreUnavailableError(reason ?? error);
  }
}

/** Closes a connection for good, one that is still being made as well. */
export function closeConnection(redis: Redis): void {
  // What breaks off now is meant to.
  redis.removeAllListeners('error');
  redis.on('error', () => undefined);
  redis.disconnect();
}
