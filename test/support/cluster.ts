import {
  type RedisCluster,
  type RedisClusterOptions,
  startRedisCluster,
} from '../../scripts/harness/redis-cluster.ts';
import type { RedisTopology } from '../../src/runtime/redis-settings.ts';
import { USER_ARGS } from './redis-user.ts';

/** Gives a suite a Redis Cluster, emptied before each test. */
export function useCluster(options: RedisClusterOptions = {}): { readonly current: RedisCluster } {
  const holder = { current: undefined as unknown as RedisCluster };
  before(async () => {
    holder.current = await startRedisCluster({
      ...options,
      args: [...USER_ARGS, ...(options.args ?? [])],
    });
  });
  beforeEach(async () => {
    const masters = await holder.current.masters();
    await Promise.all(masters.map(({ client }) => client.flushall()));
  });
  after(async () => {
    await holder.current.stop();
  });
  return holder;
}

/** A cluster as settings name it: by the node it was started with first. */
export function clusterTopology({ nodes }: RedisCluster): RedisTopology {
  return {
    kind: 'cluster',
    nodes: nodes.slice(0, 1).map(({ port }) => ({ host: '127.0.0.1', port })),
  };
}
