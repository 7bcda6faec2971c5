import type {
  RedisAddress,
  RedisSettings,
  RedisTls,
  RedisTopology,
} from '../runtime/redis-settings.ts';
import { parseRedisUrl, type RedisUrl } from '../runtime/redis-url.ts';
import type { Settings } from './schema.ts';

/** The settings as they were given, before defaults. */
type Given = Readonly<Partial<Record<keyof Settings, unknown>>>;

/** Partitions of a cluster unless told: enough for many masters to share, few enough to look at each. */
const CLUSTER_PARTITIONS = 64;

const ADDRESS = /^\s*(?:\[([0-9A-Fa-f:.]+)\]|([^\s,:[\]]+)):(\d{1,5})\s*$/;

/** Settings that say where Redis is; those of different lines contradict each other. */
const PLACES = [
  ['REDIS_URL'],
  ['REDIS_SENTINELS'],
  ['REDIS_CLUSTER_NODES'],
  ['REDIS_HOST', 'REDIS_PORT'],
] as const;

/** What goes with sentinels only. */
const OF_SENTINELS = [
  'REDIS_SENTINEL_NAME',
  'REDIS_SENTINEL_USERNAME',
  'REDIS_SENTINEL_PASSWORD',
] as const;

/** What goes with encrypted connections only. */
const OF_TLS = [
  'REDIS_TLS_CA_FILE',
  'REDIS_TLS_CERT_FILE',
  'REDIS_TLS_KEY_FILE',
  'REDIS_TLS_SERVER_NAME',
  'REDIS_TLS_VERIFY',
] as const;

/** What a URL may say, and the setting that says the same. */
const IN_URL = [
  ['username', 'REDIS_USERNAME'],
  ['password', 'REDIS_PASSWORD'],
  ['db', 'REDIS_DB'],
] as const;

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
    ...saidTwice(given),
    ...(usesTls(given) ? unfitForTls(given) : strayOfTls(given)),
  ];
}

function urlOf({ REDIS_URL: url }: Given): RedisUrl | undefined {
  return url === undefined ? undefined : parseRedisUrl(String(url));
}

/** Whether connections are to be encrypted. */
export function usesTls(given: Given): boolean {
  return given.REDIS_TLS === 'true' || urlOf(given)?.tls === true;
}

function saidTwice(given: Given): string[] {
  const url = urlOf(given);
  if (url === undefined) return [];
  const scheme = url.tls ? 'rediss://' : 'redis://';
  const contradicts = 'REDIS_TLS' in given && (given.REDIS_TLS === 'true') !== url.tls;
  return [
    ...IN_URL.filter(([part, name]) => url[part] !== undefined && name in given).map(
      ([, name]) => `${name}: REDIS_URL says it already`,
    ),
    ...(contradicts ? [`REDIS_TLS: contradicts REDIS_URL, which begins with ${scheme}`] : []),
  ];
}

function strayOfTls(given: Given): string[] {
  return OF_TLS.filter((name) => name in given).map(
    (name) => `${name}: goes with REDIS_TLS=true, or a REDIS_URL that begins with rediss://, only`,
  );
}

function unfitForTls(given: Given): string[] {
  const [cert, key] = ['REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'] as const;
  const problems: string[] = [];
  if (cert in given && !(key in given)) {
    problems.push(`${key}: is required with ${cert}, and not set`);
  }
  if (key in given && !(cert in given)) {
    problems.push(`${cert}: is required with ${key}, and not set`);
  }
  if (given.REDIS_TLS_VERIFY !== 'false') return problems;
  const unread = (['REDIS_TLS_CA_FILE', 'REDIS_TLS_SERVER_NAME'] as const).filter(
    (name) => name in given,
  );
  return [
    ...problems,
    ...unread.map((name) => `${name}: is not looked at with REDIS_TLS_VERIFY=false`),
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

/**
 * Where Redis is and how it is reached, of valid settings.
 * @param tls what the files of encrypted connections hold; `undefined` for plain ones
 */
export function toRedis(settings: Settings, tls: RedisTls | undefined): RedisSettings {
  const url = urlOf(settings);
  return {
    topology: toTopology(settings, url),
    username: url?.username ?? settings.REDIS_USERNAME,
    password: url?.password ?? settings.REDIS_PASSWORD,
    db: url?.db ?? settings.REDIS_DB,
    tls,
    commandTimeoutMs: settings.REDIS_TIMEOUT_MS,
  };
}

function toTopology(settings: Settings, url: RedisUrl | undefined): RedisTopology {
  const { REDIS_SENTINELS: sentinels, REDIS_CLUSTER_NODES: nodes } = settings;
  if (nodes !== undefined) return { kind: 'cluster', nodes: toAddresses(nodes) };
  if (sentinels === undefined) {
    const { REDIS_HOST: host, REDIS_PORT: port } = settings;
    return { kind: 'standalone', ...(url?.address ?? { host, port }) };
  }
  return {
    kind: 'sentinel',
    sentinels: toAddresses(sentinels),
    name: settings.REDIS_SENTINEL_NAME ?? '',
    username: settings.REDIS_SENTINEL_USERNAME,
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
