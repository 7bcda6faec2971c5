import { type RedisCluster, startRedisCluster } from '../../harness/redis-cluster.ts';
import type { Topology } from './topology.ts';

export interface ClusterTopology extends Topology {
  readonly cluster: RedisCluster;
}

/** What the service uses on a cluster unless told otherwise. */
const PARTITIONS = 64;

/**
 * Three masters, each with a replica.
 * @param args settings of every Redis on top of the project's
 */
export async function startCluster(args: readonly string[]): Promise<ClusterTopology> {
  const cluster = await startRedisCluster({
    replicas: 1,
    // A master that fails shortly after it got its replica is replaced all the same.
    args: ['--cluster-replica-validity-factor', '0', ...args],
  });
  return {
    cluster,
    env: { ...cluster.env, PARTITIONS: String(PARTITIONS) },
    partitions: PARTITIONS,
    masters: async () => (await cluster.masters()).map(({ client }) => client),
    remove: () => cluster.stop(),
  };
}
