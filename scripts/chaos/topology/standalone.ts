import {
  type DurableRedis,
  type DurableRedisOptions,
  durableRedis,
} from '../../harness/durable-redis.ts';
import type { Topology } from './topology.ts';

export interface Standalone extends Topology {
  readonly redis: DurableRedis;
}

export interface StandaloneOptions extends DurableRedisOptions {
  /** 1 unless given. */
  readonly partitions?: number;
}

/** Nothing on disk: the fastest, for faults that Redis itself survives. */
export const IN_MEMORY = ['--appendonly', 'no'];

/** One redis-server. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { partitions = 1, ...rest } = options;
  const redis = await durableRedis(rest);
  await redis.up();
  return {
    redis,
    env: {
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis.port),
      PARTITIONS: String(partitions),
    },
    partitions,
    masters: () => Promise.resolve([redis.client]),
    remove: () => redis.remove(),
  };
}
