import {
  type DurableRedis,
  type DurableRedisOptions,
  durableRedis,
} from '../../harness/durable-redis.ts';
import type { Topology } from './topology.ts';

export interface Standalone extends Topology {
  readonly redis: DurableRedis;
}

/** Nothing on disk: the fastest, for faults that Redis itself survives. */
export const IN_MEMORY = ['--appendonly', 'no'];

/** One redis-server. */
export async function startStandalone(options: DurableRedisOptions = {}): Promise<Standalone> {
  const redis = await durableRedis({ args: IN_MEMORY, ...options });
  await redis.up();
  return {
    redis,
    env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port) },
    partitions: 1,
    masters: () => Promise.resolve([redis.client]),
    remove: () => redis.remove(),
  };
}
