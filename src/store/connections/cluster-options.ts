import type { ClusterOptions } from 'ioredis';
import type { RedisSettings } from '../../runtime/redis-settings.ts';
import { connectionOptions, reconnectDelay } from './redis-options.ts';

/**
 * Between two looks at who is master, in ms. A replica that was promoted in place is announced by nobody;
 * a command sent to its former master finds it out sooner.
 */
const REFRESH_INTERVAL_MS = 2000;

/** How long a node may take to say who is master, in ms; then another one is asked. */
const REFRESH_TIMEOUT_MS = 1000;

/** Most answers to one command that send it elsewhere or ask to try again. */
const MAX_REDIRECTIONS = 8;

/**
 * As every connection, a cluster's fails fast: what was sent and not answered is not sent again, and
 * nothing is queued while a master is away. Only what a master has refused without running it (MOVED, ASK,
 * TRYAGAIN) goes on, for half as long as a command may take at most.
 * @param name shown by `CLIENT LIST`, after `agendamento:`
 */
export function clusterOptions(settings: RedisSettings, name: string) {
  const { retryStrategy, enableOfflineQueue, ...node } = connectionOptions(settings, name);
  return {
    lazyConnect: true,
    clusterRetryStrategy: reconnectDelay,
    enableOfflineQueue: false,
    maxRedirections: MAX_REDIRECTIONS,
    retryDelayOnTryAgain: settings.commandTimeoutMs / (2 * MAX_REDIRECTIONS),
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: REFRESH_INTERVAL_MS,
    slotsRefreshTimeout: REFRESH_TIMEOUT_MS,
    redisOptions: node,
  } satisfies ClusterOptions;
}
