import { expect } from 'chai';
import { ConfigError, readConfig, readStoreConfig } from '../../../src/config/config.ts';

const SENTINELS = { REDIS_SENTINELS: 's1:26379,s2:26380', REDIS_SENTINEL_NAME: 'mymaster' };
const CLUSTER = { REDIS_CLUSTER_NODES: 'n1:7000,n2:7001' };

/** What is wrong with some settings: the same to the service and to the tools. */
function problemsOf(env: Record<string, string>): readonly string[] {
  const found = [() => readConfig({ API_TOKEN: 't', ...env }), () => readStoreConfig(env)].map(
    (read) => {
      try {
        read();
      } catch (error) {
        expect(error).to.be.instanceOf(ConfigError);
        return (error as ConfigError).problems;
      }
      throw new Error('the environment was accepted');
    },
  );
  expect(found[0]).to.deep.equal(found[1]);
  return found[0] ?? [];
}

const topologyOf = (env: Record<string, string>) => readStoreConfig(env).redis.topology;

describe('config: where Redis is', () => {
  it('is one server unless told otherwise', () => {
    const env = { REDIS_HOST: 'h', REDIS_PORT: '1' };
    expect(topologyOf(env)).to.deep.equal({ kind: 'standalone', host: 'h', port: 1 });
  });

  it('is what sentinels say', () => {
    const sentinels = [
      { host: 's1', port: 26379 },
      { host: 's2', port: 26380 },
    ];
    expect(topologyOf(SENTINELS)).to.deep.equal({
      kind: 'sentinel',
      sentinels,
      name: 'mymaster',
      username: undefined,
      password: undefined,
    });
    const who = { REDIS_SENTINEL_USERNAME: 'u', REDIS_SENTINEL_PASSWORD: 'p' };
    const env = { ...SENTINELS, ...who, REDIS_PASSWORD: 'q', REDIS_DB: '2' };
    const { redis, partitions } = readStoreConfig(env);
    expect(redis.topology).to.include({ username: 'u', password: 'p' });
    expect(redis).to.include({ password: 'q', db: 2 });
    expect(partitions).to.equal(1);
  });

  it('is a cluster, with 64 partitions unless told otherwise', () => {
    expect(topologyOf(CLUSTER)).to.deep.equal({
      kind: 'cluster',
      nodes: [
        { host: 'n1', port: 7000 },
        { host: 'n2', port: 7001 },
      ],
    });
    expect(readStoreConfig(CLUSTER).partitions).to.equal(64);
    expect(readStoreConfig({ ...CLUSTER, PARTITIONS: '8' }).partitions).to.equal(8);
  });

  it('is read with spaces, and with IPv6 addresses in brackets', () => {
    const env = { REDIS_CLUSTER_NODES: ' [::1]:7000 , redis-1.example.com:65535 ' };
    expect(topologyOf(env)).to.deep.equal({
      kind: 'cluster',
      nodes: [
        { host: '::1', port: 7000 },
        { host: 'redis-1.example.com', port: 65_535 },
      ],
    });
  });

  for (const list of ['h', 'h:', ':1', 'h:0', 'h:65536', 'h:1,', 'h:1,,h:2', '::1:7000', 'a b:1']) {
    it(`refuses the list ${JSON.stringify(list)}`, () => {
      expect(problemsOf({ REDIS_CLUSTER_NODES: list })).to.deep.equal([
        `REDIS_CLUSTER_NODES: must match format "host:port,host:port", is ${JSON.stringify(list)}`,
      ]);
    });
  }
});

describe('config: settings of Redis that contradict each other', () => {
  it('sentinels and a cluster', () => {
    expect(problemsOf({ ...SENTINELS, ...CLUSTER })).to.deep.equal([
      'REDIS_CLUSTER_NODES: does not go with REDIS_SENTINELS',
    ]);
  });

  it('one server and several', () => {
    const one = { REDIS_HOST: 'localhost', REDIS_PORT: '6379' };
    for (const [place, env] of [
      ['REDIS_SENTINELS', SENTINELS],
      ['REDIS_CLUSTER_NODES', CLUSTER],
    ] as const) {
      expect(problemsOf({ ...env, ...one })).to.deep.equal([
        `REDIS_HOST: does not go with ${place}`,
        `REDIS_PORT: does not go with ${place}`,
      ]);
    }
  });

  it('sentinels without the name of the master, and what belongs to sentinels without them', () => {
    expect(problemsOf({ REDIS_SENTINELS: 's:1' })).to.deep.equal([
      'REDIS_SENTINEL_NAME: is required with REDIS_SENTINELS, and not set',
    ]);
    for (const env of [{}, CLUSTER]) {
      const stray = { ...env, REDIS_SENTINEL_NAME: 'm', REDIS_SENTINEL_PASSWORD: 'secret' };
      expect(problemsOf(stray)).to.deep.equal([
        'REDIS_SENTINEL_NAME: goes with REDIS_SENTINELS only',
        'REDIS_SENTINEL_PASSWORD: goes with REDIS_SENTINELS only',
      ]);
    }
  });

  it('a cluster and what only one server has: databases, and keys that are not spread', () => {
    expect(problemsOf({ ...CLUSTER, REDIS_DB: '3', PARTITIONS: '1' })).to.deep.equal([
      'REDIS_DB: a Redis Cluster has database 0 only, is "3"',
      'PARTITIONS: must be at least 2 with REDIS_CLUSTER_NODES, is "1"',
    ]);
    expect(readStoreConfig({ ...CLUSTER, REDIS_DB: '0' }).redis.db).to.equal(0);
  });

  it('are named together with those that are wrong by themselves', () => {
    const problems = problemsOf({ ...CLUSTER, REDIS_HOST: 'h', REDIS_TIMEOUT_MS: 'x' });
    expect(problems.map((problem) => problem.split(':')[0])).to.have.members([
      ...['REDIS_HOST', 'REDIS_TIMEOUT_MS'],
    ]);
  });
});
