import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type RedisCluster, startRedisCluster } from '../../../scripts/harness/redis-cluster.ts';
import { freePort } from '../../../scripts/lib/free-port.mjs';
import { askRedis } from '../../../scripts/lib/redis-link.mjs';
import { type RedisServer, startRedisServer } from '../../../scripts/lib/redis-server.mjs';
import { openTransfer } from '../../../src/store/transfer-session.ts';
import { useAuthority } from '../../support/certificates.ts';
import { clusterTopology } from '../../support/cluster.ts';
import { USER_ARGS } from '../../support/redis-user.ts';
import { newMessage, openStoreAt, settingsOf } from '../../support/store.ts';
import { portsOf, tlsArgs, tlsWith, useTlsRedis } from '../../support/tls-redis.ts';
import { until } from '../../support/until.ts';

const LATER = Date.now() + 3_600_000;

describe('a store on encrypted connections to what sentinels say is master', () => {
  const MASTER = 'm';
  const redis = useTlsRedis();
  let dir: string;
  let sentinel: RedisServer;
  let sentinelPort: number;

  before(async () => {
    const { tlsPort, authority, own } = redis.current;
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-sentinel-'));
    const conf = path.join(dir, 'sentinel.conf');
    writeFileSync(conf, `sentinel monitor ${MASTER} 127.0.0.1 ${tlsPort} 1\n`);
    sentinelPort = await freePort();
    const args = ['--sentinel', '--tls-replication', 'yes'];
    args.push(...tlsArgs(sentinelPort, authority, own));
    sentinel = await startRedisServer({ dir, conf, args });
    await until('the sentinel is linked to the master', async () => {
      const reply = (await askRedis(sentinel.port, 'SENTINEL', 'MASTER', MASTER)) as string[];
      return reply[reply.indexOf('flags') + 1] === 'master';
    });
  });
  after(async () => {
    await sentinel.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('asks the sentinels, and speaks to the master, over them only', async () => {
    const { authority, own, tlsPort } = redis.current;
    const tls = tlsWith(authority, own);
    const topology = {
      kind: 'sentinel' as const,
      sentinels: [{ host: '127.0.0.1', port: sentinelPort }],
      name: MASTER,
      username: undefined,
      password: undefined,
    };
    const store = await openStoreAt(topology, { tls });
    await store.messages.schedule(newMessage('a', LATER));
    expect(await portsOf(redis.current, /^agendamento:commands:/)).to.deep.equal([tlsPort]);
    const clients = String(await askRedis(sentinel.port, 'CLIENT', 'LIST')).split('\n');
    const watches = clients.filter((line) => line.includes('name=agendamento:watch:'));
    expect(watches.length).to.equal(1);
    expect(watches[0]).to.include(` laddr=127.0.0.1:${sentinelPort} `);
    await store.stop();
    const redisSettings = { ...settingsOf(topology), tls };
    const session = await openTransfer(
      { redis: redisSettings, keyPrefix: '', partitions: 1 },
      'look',
    );
    expect(await session.transfer.count()).to.equal(1);
    session.close();
  });
});

describe('a store on encrypted connections to a cluster', () => {
  const authority = useAuthority();
  let cluster: RedisCluster;

  before(async () => {
    const { current } = authority;
    const own = await current.issue();
    cluster = await startRedisCluster({
      args: USER_ARGS,
      tls: (port) => tlsArgs(port, current, own),
    });
  });
  after(() => cluster.stop());

  it('speaks to every node over them only', async () => {
    const tls = tlsWith(authority.current, await authority.current.issue());
    const topology = clusterTopology(cluster);
    const store = await openStoreAt(topology, { tls, partitions: 16 });
    const feeds = store.expiryFeeds.sources().map((source) => source.createFeed());
    let links = 0;
    const onReady = () => {
      links += 1;
    };
    for (const feed of feeds) feed.open({ onExpired: () => undefined, onReady, onLost: onReady });
    await until('all of them are linked', () => links === 3);
    const ids = Array.from({ length: 40 }, (_, i) => `m${i}`);
    await Promise.all(ids.map((id) => store.messages.schedule(newMessage(id, LATER))));
    for (const node of cluster.nodes) {
      const ports = await portsOf(node, /^agendamento:(?:commands|events):/);
      expect(ports).to.include(node.port);
      expect(new Set(ports).size).to.equal(1);
      expect(await node.client.dbsize()).to.be.above(0);
    }
    for (const feed of feeds) feed.close();
    await store.stop();
    const redis = { ...settingsOf(topology), tls };
    const session = await openTransfer({ redis, keyPrefix: '', partitions: 16 }, 'look');
    expect(await session.transfer.count()).to.equal(ids.length);
    session.close();
  });
});
