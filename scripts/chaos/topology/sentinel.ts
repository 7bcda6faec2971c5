import { type DurableRedis, durableRedis } from '../../harness/durable-redis.ts';
import { startProxy, type TcpProxy } from '../../harness/proxy.ts';
import { type Sentinels, startSentinels } from '../../harness/sentinels.ts';
import { until } from '../../harness/until.ts';
import { freePort } from '../../lib/free-port.mjs';
import { IN_MEMORY } from './standalone.ts';
import type { Topology } from './topology.ts';

/** A master that is silent for this long counts as down, in ms. */
const DOWN_AFTER_MS = 1000;

export const REPLICAS = 2;

const PATIENCE_MS = 60_000;

/** A Redis that everybody reaches through a proxy only. */
export interface Member {
  readonly redis: DurableRedis;
  readonly proxy: TcpProxy;
}

export interface SentinelTopology extends Topology {
  /** The master of this moment, as most sentinels have it. */
  master(): Promise<Member>;
  /** Resolves when another one than that is master and takes writes. */
  promoted(old: Member): Promise<Member>;
  /** Has a replica made master, though the master is well; resolves when every sentinel says so. */
  failOver(): Promise<void>;
  /** Sentinels and replicas do not reach it any more, nor does it reach them; clients do. */
  isolate(member: Member): void;
}

/**
 * A master, two replicas and three sentinels.
 * @param args settings of every Redis on top of the project's
 */
export async function startSentinelTopology(args: readonly string[]): Promise<SentinelTopology> {
  const first = await startMember(args);
  const replicaOf = ['--replicaof', '127.0.0.1', String(first.proxy.port)];
  const starts = Array.from({ length: REPLICAS }, () => startMember([...args, ...replicaOf]));
  const others = await Promise.all(starts);
  await until('the replicas follow', () => hasReplicas(first), PATIENCE_MS);
  const sentinels = await startSentinels({
    master: first.proxy.port,
    replicas: others.map(({ proxy }) => proxy.port),
    downAfterMs: DOWN_AFTER_MS,
  });
  const members = [first, ...others];
  const master = () => findMaster(sentinels, members);
  return {
    env: sentinels.env,
    partitions: 1,
    masters: async () => [(await master()).redis.client],
    master,
    promoted: (old) => untilPromoted(master, old),
    failOver: () => sentinels.failOver(),
    // Sentinels name their connections; a replica begins with REPLCONF.
    isolate: ({ proxy }) => proxy.isolate('sentinel-', 'REPLCONF'),
    remove: async () => {
      await sentinels.stop();
      for (const { redis, proxy } of members) {
        await redis.remove();
        await proxy.close();
      }
    },
  };
}

async function startMember(args: readonly string[]): Promise<Member> {
  const port = await freePort();
  const proxy = await startProxy(port);
  const announced = ['--repl-diskless-sync-delay', '0', '--replica-announce-ip', '127.0.0.1'];
  announced.push('--replica-announce-port', String(proxy.port));
  const redis = await durableRedis({ port, args: [...IN_MEMORY, ...announced, ...args] });
  await redis.up();
  return { redis, proxy };
}

async function hasReplicas({ redis }: Member): Promise<boolean> {
  const [, , replicas] = (await redis.client.role()) as [string, number, unknown[]];
  return replicas.length === REPLICAS;
}

async function findMaster(sentinels: Sentinels, members: readonly Member[]): Promise<Member> {
  const named = await sentinels.masterPorts();
  const votes = ({ proxy }: Member) => named.filter((port) => port === proxy.port).length;
  const [master] = [...members].sort((a, b) => votes(b) - votes(a));
  if (master === undefined) throw new Error('there is no Redis');
  return master;
}

async function untilPromoted(master: () => Promise<Member>, old: Member): Promise<Member> {
  const look = async () => {
    const found = await master();
    if (found === old) return false;
    const [role] = (await found.redis.client.role()) as [string];
    return role === 'master' && found;
  };
  return await until('another master', look, PATIENCE_MS);
}
