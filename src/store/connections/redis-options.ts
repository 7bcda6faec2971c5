import type { RedisOptions } from 'ioredis';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Purpose } from './connections.ts';
import { tlsOptions } from './tls.ts';

/** Options of a connection, whichever server it leads to. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** Between tries to reconnect: 50 ms, doubled each time, at most 1 s; ±20 % so that replicas spread. */
export function reconnectDelay(tries: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(tries - 1, 10)) * (0.8 + 0.4 * Math.random());
}

/**
 * The behaviour every connection shares: fail fast. Nothing is queued while Redis is away and nothing is
 * re-sent behind our back: a caller that got an error knows that its command will not run later, and
 * decides itself whether to repeat it.
 * @param name shown by `CLIENT LIST`, after `agendamento:`
 */
export function connectionOptions(settings: RedisSettings, name: string): ConnectionOptions {
  return {
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    db: settings.db,
    ...(settings.tls === undefined ? {} : { tls: tlsOptions(settings.tls) }),
    // RESP2: one shape of replies from every server and proxy.
    protocol: 2,
    connectionName: `agendamento:${name}`,
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
  };
}

/** Options of a connection for one purpose alone; its name says so. */
export function purposeOptions(
  settings: RedisSettings,
  purpose: Purpose,
  replica: string,
): ConnectionOptions {
  const options = connectionOptions(settings, `${purpose}:${replica}`);
  if (purpose === 'events') return options;
  // A wait takes as long as a command may; one that comes first waits for the connection, too.
  return { ...options, commandTimeout: settings.commandTimeoutMs * 2, enableOfflineQueue: true };
}
