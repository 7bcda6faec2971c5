import type { Settings } from './config-schema.ts';
import type { RedisAddress, RedisTopology } from './runtime/redis-settings.ts';

/** The settings as they were given, before defaults. */
type Given = Readonly<Partial<Record<keyof Settings, unknown>>>;

/** Partitions of a cluster unless told: enough for many masters to share, few enough to look at each. */
const CLUSTER_PARTITIONS = 64;

const ADDRESS = /^\s*(?:\[([0-9A-Fa-f:.]+)\]|([^\s,:[\]]+)):(\d{1,5})\s*$/;

/** Settings that say where Redis is; those of different lines contradict each other. */
const PLACES = [
  ['REDIS_SENTINELS'],
  ['REDIS_CLUSTER_NODES'],
  ['REDIS_HOST', 'REDIS_PORT'],
] as const;

/** What goes with sentinels only. */
const OF_SENTINELS = ['REDIS_SENTINEL_NAME', 'REDIS_SENTINEL_PASSWORD'] as const;

/** What is wrong with the settings of Redis taken together, a line for each. */
export function redisContradictions(given: Given): string[] {
  const places = PLACES.map((names) => names.filter((name) => name in given)).filter(
    ([first]) => first !== undefined,
  );
  const [[place] = [], ...others] = places;
  return [
    ...others.flat().map((name) => `${name}: does not go with ${place}`),
    ...('REDIS_SENTINELS' in given ? missingName(given) : strayOfSentinels(given)),
    ...('REDIS_CLUSTER_NODES' in given ? unfitForCluster(given) : []),
  ];
}

function missingName(given: Given): string[] {
  if ('REDIS_SENTINEL_NAME' in given) return [];
  return ['REDIS_SENTINEL_NAME: is required with REDIS_SENTINELS, and not set'];
}

function strayOfSentinels(given: Given): string[] {
  return OF_SENTINELS.filter((name) => name in given).map(
    (name) => `${name}: goes with REDIS_SENTINELS only`,
  );
}

function unfitForCluster({ REDIS_DB: db = 0, PARTITIONS: partitions }: Given): string[] {
  const problems: string[] = [];
  if (Number(db) !== 0) problems.push(`REDIS_DB: a Redis Cluster has database 0 only, is "${db}"`);
  if (Number(partitions) === 1) {
    problems.push('PARTITIONS: must be at least 2 with REDIS_CLUSTER_NODES, is "1"');
  }
  return problems;
}

/** Where the Redis servers are, of valid settings. */
export function toTopology(settings: Settings): RedisTopology {
  const { REDIS_SENTINELS: sentinels, REDIS_CLUSTER_NODES: nodes } = settings;
  if (nodes !== undefined) return { kind: 'cluster', nodes: toAddresses(nodes) };
  if (sentinels === undefined) {
    return { kind: 'standalone', host: settings.REDIS_HOST, port: settings.REDIS_PORT };
  }
  return {
    kind: 'sentinel',
    sentinels: toAddresses(sentinels),
    name: settings.REDIS_SENTINEL_NAME ?? '',
    password: settings.REDIS_SENTINEL_PASSWORD,
  };
}

/** As set, or what suits the topology. */
export function toPartitions(settings: Settings): number {
  const { PARTITIONS: set, REDIS_CLUSTER_NODES: nodes } = settings;
  return set ?? (nodes === undefined ? 1 : CLUSTER_PARTITIONS);
}

/** Whether a text is a list of servers: `host:port`, IPv6 addresses in brackets, separated by commas. */
export function isAddressList(text: string): boolean {
  return text.split(',').every((address) => {
    const port = Number(ADDRESS.exec(address)?.[3] ?? 0);
    return port >= 1 && port <= 65_535;
  });
}

function toAddresses(list: string): RedisAddress[] {
  return list.split(',').map((address) => {
    const [, ipv6, host = '', port] = ADDRESS.exec(address) ?? [];
    return { host: ipv6 ?? host, port: Number(port) };
  });
}
