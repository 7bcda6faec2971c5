import { setTimeout as delay } from 'node:timers/promises';
import { Keys } from '../../../src/store/keys.ts';
import type { ClusterNode, RedisCluster } from '../../harness/redis-cluster.ts';
import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';
import { repeat } from '../stage/repeat.ts';
import type { Stage } from '../stage/stage.ts';
import { type ClusterTopology, startCluster } from '../topology/cluster.ts';

const SERVICES = 2;

const TIMEOUT_MS = 2000;

const ENV = {
  WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
  WEBHOOK_LEASE_MS: String(TIMEOUT_MS + 500),
};

/** How soon every service hears the events of every master again, in ms. */
const SUBSCRIBED_WITHIN_MS = 10_000;

/** Partitions whose slots are moved. */
const MOVED = 8;

/** What may not have reached a replica when its master died, in ms. */
const REPLICATION_LAG_MS = 1000;

/** Starts a cluster for a scenario, under its conditions. */
function openCluster(stage: Stage): Promise<ClusterTopology> {
  return stage.use(startCluster(stage.imposedArgs('node of a cluster')));
}

/** Waits until every service is subscribed at every master that serves slots. */
async function subscribed(cluster: RedisCluster): Promise<void> {
  const listeners = async ({ client }: ClusterNode) => {
    const [, count] = await client.pubsub('NUMSUB', '__keyevent@0__:expired');
    return Number(count);
  };
  const look = async () => {
    const counts = await Promise.all((await cluster.masters()).map(listeners));
    return counts.every((count) => count >= SERVICES);
  };
  await until('every service is subscribed at every master', look, SUBSCRIBED_WITHIN_MS);
}

async function anyMaster(cluster: RedisCluster): Promise<ClusterNode> {
  const [master] = await cluster.masters();
  if (master === undefined) throw new Error('no master serves slots');
  return master;
}

/** Waits until another node than that serves its slots. */
function replaced(cluster: RedisCluster, old: ClusterNode): Promise<boolean> {
  const look = async () => !(await cluster.masters()).includes(old);
  return until('its replica has taken over', look, 60_000);
}

/** Moves the slots of some partitions, keys and all, to a node. */
async function moveTo(cluster: RedisCluster, partitions: number, to: ClusterNode): Promise<void> {
  const keys = new Keys('', partitions);
  for (const partition of keys.allPartitions().slice(0, MOVED)) {
    const index = keys.dueIndex(partition);
    const from = await cluster.masterOf(index);
    if (from !== to) await cluster.moveSlot(await cluster.slotOf(index), from, to);
  }
}

export const clusterFailover: Scenario = {
  name: 'cluster-failover',
  fault: 'CLUSTER FAILOVER while nothing is due',
  holds: 'none twice; subscribed again within 10 s',
  async run(stage) {
    const { cluster } = await openCluster(stage);
    await stage.serve(SERVICES);
    await subscribed(cluster);
    for (let round = 0; round < stage.sized(1, 3); round += 1) {
      const master = await anyMaster(cluster);
      const replica = await cluster.replicaOf(master);
      await replica.client.cluster('FAILOVER');
      await replaced(cluster, master);
      stage.struck += 1;
      await subscribed(cluster);
      await stage.load({ forMs: stage.sized(1500, 5000), prefix: `round-${round}-` });
    }
  },
};

export const clusterMasterKilled: Scenario = {
  name: 'cluster-master-killed',
  fault: 'a master of a cluster killed (SIGKILL) under load',
  holds: 'subscribed again within 10 s; lost or sent twice only what it had not passed on',
  async run(stage) {
    const { cluster } = await openCluster(stage);
    await stage.serve(SERVICES, ENV);
    await subscribed(cluster);
    const load = stage.load({ forMs: stage.sized(6000, 20_000) });
    await delay(stage.random.between(500, 1500));
    const victim = await anyMaster(cluster);
    const killedAt = Date.now();
    victim.server.process.kill('SIGKILL');
    await victim.server.exited;
    stage.struck += 1;
    await replaced(cluster, victim);
    const span = { from: killedAt - TIMEOUT_MS, to: Date.now() + TIMEOUT_MS };
    const loss = { from: killedAt - REPLICATION_LAG_MS, to: killedAt + REPLICATION_LAG_MS };
    stage.history.excuses.push({ fault: 'SIGKILL', repeats: { ...span, atMost: Infinity }, loss });
    await subscribed(cluster);
    await load;
  },
};

export const clusterSlotsMoved: Scenario = {
  name: 'cluster-slots-moved',
  fault: 'slots moved from master to master during a burst',
  holds: 'none twice',
  async run(stage) {
    const { cluster, partitions } = await openCluster(stage);
    await stage.serve(SERVICES);
    const masters = await cluster.masters();
    const moving = repeat(100, async () => {
      const to = masters[stage.struck % masters.length];
      if (to !== undefined) await moveTo(cluster, partitions, to);
      stage.struck += 1;
    });
    const dueAt = Date.now() + stage.sized(1500, 10_000);
    await scheduleBurst(stage.api, stage.sized(500, 10_000), dueAt);
    await stage.drained();
    await moving.stop();
  },
};

export const clusterNodeAdded: Scenario = {
  name: 'cluster-node-added',
  fault: 'a master added to the cluster and given slots, under load',
  holds: 'none twice; subscribed there within 10 s',
  async run(stage) {
    const { cluster, partitions } = await openCluster(stage);
    await stage.serve(SERVICES);
    await subscribed(cluster);
    const load = stage.load({ forMs: stage.sized(5000, 15_000) });
    await moveTo(cluster, partitions, await cluster.addNode());
    stage.struck += 1;
    await subscribed(cluster);
    await load;
  },
};
