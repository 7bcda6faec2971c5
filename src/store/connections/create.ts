import type { RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import { createCluster, openCluster } from './cluster.ts';
import type { Connections, ConnectionsOptions } from './connections.ts';
import { openSentinelMaster, SentinelMaster } from './sentinel.ts';
import { lastingParts, openSingleMaster, SingleMaster } from './single-master.ts';
import { standaloneEndpoint } from './standalone.ts';

/** The connections of a service to the Redis of its settings; they open on `open`. */
export function createConnections(options: ConnectionsOptions): Connections {
  const { topology, tls } = options.redis;
  if (tls?.verify === false) {
    options.log.warn('REDIS_TLS_VERIFY is false: whoever answers in place of Redis is believed');
  }
  switch (topology.kind) {
    case 'standalone':
      return new SingleMaster(lastingParts(options, standaloneEndpoint(topology)));
    case 'sentinel':
      return new SentinelMaster(options, topology);
    case 'cluster':
      return createCluster(options, topology.nodes);
  }
}

/**
 * Opens connections for a task that ends: one that cannot be made, or is lost, is an error.
 * @param name shown by `CLIENT LIST`, after `agendamento:`
 * @throws StoreUnavailableError with the reason when Redis cannot be reached or refuses us
 */
export function openConnections(
  redis: RedisSettings,
  keys: Keys,
  name: string,
): Promise<Connections> {
  const { topology } = redis;
  switch (topology.kind) {
    case 'standalone':
      return openSingleMaster(redis, keys, name, standaloneEndpoint(topology));
    case 'sentinel':
      return openSentinelMaster(redis, topology, keys, name);
    case 'cluster':
      return openCluster(redis, topology.nodes, keys, name);
  }
}
