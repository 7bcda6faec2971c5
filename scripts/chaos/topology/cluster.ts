import { type RedisCluster, startRedisCluster } from '../../harness/redis-cluster.ts';
import type { Topology } from './topology.ts';

export interface ClusterTopology extends Topology {
  readonly cluster: RedisCluster;
}

/** What the service uses on a cluster unless told otherwise. */
const PARTITIONS = 64;

/** Three masters, each with a replica. */
export async function startCluster(): Promise<ClusterTopology> {
  const cluster = await startRedisCluster({
    replicas: 1,
    // A master that fails shortly after it got its replica is replaced all the same.
    args: ['--cluster-replica-validity-factor', '0'],
  });
  return {
    cluster,
    env: { ...cluster.env, PARTITIONS: String(PARTITIONS) },
    partitions: PARTITIONS,
    masters: async () => (await cluster.masters()).map(({ client }) => client),
    remove: () => cluster.stop(),
  };
}
