import type { DurableRedis } from '../../scripts/harness/durable-redis.ts';
import { type Sentinels, startSentinels } from '../../scripts/harness/sentinels.ts';
import { until } from '../../scripts/harness/until.ts';
import { durableTestRedis } from './durable-redis.ts';

/** A master, its replicas and three sentinels. */
export interface SentinelGroup {
  readonly sentinels: Sentinels;
  /** The master, once every sentinel names the same. */
  master(): Promise<DurableRedis>;
  stop(): Promise<void>;
}

const REPLICAS = 2;

/** Starts a group whose replicas have the data already. */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  const first = await startMember();
  const replicaOf = ['--replicaof', '127.0.0.1', String(first.port)];
  const starts = Array.from({ length: REPLICAS }, () => startMember(replicaOf));
  const replicas = await Promise.all(starts);
  const members = [first, ...replicas];
  await until('the replicas have the data', async () => {
    const infos = await Promise.all(replicas.map(({ client }) => client.info('replication')));
    return infos.every((info) => info.includes('master_link_status:up'));
  });
  const ports = replicas.map(({ port }) => port);
  const sentinels = await startSentinels({ master: first.port, replicas: ports, downAfterMs: 500 });
  return {
    sentinels,
    master: () =>
      until('the sentinels agree on a master', async () => {
        const [named, ...others] = await sentinels.masterPorts();
        if (others.some((port) => port !== named)) return undefined;
        return members.find(({ port }) => port === named);
      }),
    stop: async () => {
      await sentinels.stop();
      await Promise.all(members.map((member) => member.remove()));
    },
  };
}

async function startMember(args: readonly string[] = []): Promise<DurableRedis> {
  const fast = ['--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
  const member = await durableTestRedis([...fast, ...args]);
  await member.up();
  return member;
}
