import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { freePort } from '../../../scripts/lib/free-port.mjs';
import { StoreUnavailableError } from '../../../src/domain/errors.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { RedisTls, RedisTopology } from '../../../src/runtime/redis-settings.ts';
import { createConnections } from '../../../src/store/connections/create.ts';
import { Keys } from '../../../src/store/keys.ts';
import { openTransfer } from '../../../src/store/transfer-session.ts';
import { type Authority, inDays, useAuthority } from '../../support/certificates.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { newMessage, openStoreAt, settingsOf } from '../../support/store.ts';
import { portsOf, tlsArgs, tlsWith, useTlsRedis } from '../../support/tls-redis.ts';
import { until } from '../../support/until.ts';
import { recordingLog } from '../../unit/support/log.ts';

/** Connections of a service, whatever they are for. */
const OURS = /agendamento:(?:commands|events):/;

const at = (port: number): RedisTopology => ({ kind: 'standalone', host: '127.0.0.1', port });

describe('a store on encrypted connections', () => {
  const redis = useTlsRedis();
  const stranger = useAuthority('A stranger');

  const trusted = () => tlsWith(redis.current.authority, redis.current.own);

  it('speaks to Redis over them only, subscriptions included', async () => {
    const { tlsPort, client } = redis.current;
    const store = await openStoreAt(at(tlsPort), { tls: trusted() });
    const feed = store.expiryFeeds.sources()[0]?.createFeed();
    let links = 0;
    feed?.open({
      onExpired: () => undefined,
      onReady: () => {
        links += 1;
      },
      onLost: () => undefined,
    });
    await until('it is linked', () => links === 1);
    await store.messages.schedule(newMessage('a', Date.now() + 3_600_000));
    expect(await client.exists('message:a')).to.equal(1);
    expect(await portsOf(redis.current, OURS)).to.deep.equal([tlsPort, tlsPort]);
    feed?.close();
    await store.stop();
  });

  /** Fails unless the log of a service, and the error of a tool, say why a connection cannot be made. */
  async function expectReason(said: RegExp, topology: RedisTopology, tls: RedisTls | undefined) {
    const { log, entries } = recordingLog();
    const settings = { ...settingsOf(topology), tls };
    const partitions = topology.kind === 'cluster' ? 64 : 1;
    const keys = new Keys('', partitions);
    const options = { redis: settings, keys, replica: 'test', clock: systemClock, log };
    const connections = createConnections(options);
    connections.open();
    try {
      await until(`the log says ${said}`, () =>
        entries.some(({ err }) => said.test((err as Error | undefined)?.message ?? '')),
      );
    } catch (error) {
      throw new Error(JSON.stringify(entries), { cause: error });
    } finally {
      connections.close();
    }
    const opening = openTransfer({ redis: settings, keyPrefix: '', partitions }, 'look');
    const error = await opening.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(StoreUnavailableError);
    expect(((error as Error).cause as Error).message).to.match(said);
  }

  const at1 = (): RedisTopology => at(redis.current.tlsPort);

  it('says which setting is wrong when Redis’ certificate is of an unknown authority', async () => {
    const { own } = redis.current;
    const said = /signed by none of those in REDIS_TLS_CA_FILE .+ \(SELF_SIGNED_CERT_IN_CHAIN\)/;
    await expectReason(said, at1(), tlsWith(stranger.current, own));
    await expectReason(said, at1(), { ...trusted(), ca: undefined });
  });

  it('says that Redis wants a certificate of ours', async () => {
    await expectReason(
      /set REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE/,
      at1(),
      tlsWith(redis.current.authority),
    );
  });

  it('says that ours is of an authority that Redis does not trust, or has expired', async () => {
    const { authority } = redis.current;
    const foreign = tlsWith(authority, await stranger.current.issue());
    await expectReason(/trust the certificate in REDIS_TLS_CERT_FILE/, at1(), foreign);
    const old = await authority.issue({ notBefore: inDays(-3), notAfter: inDays(-2) });
    await expectReason(
      /certificate in REDIS_TLS_CERT_FILE(?: has expired|$| \()/,
      at1(),
      tlsWith(authority, old),
    );
  });

  it('says what to set when a plain connection meets a port for encrypted ones', async () => {
    const said = /Redis closed the connection: if that port takes TLS only, set REDIS_TLS=true/;
    await expectReason(said, at1(), undefined);
  });

  it('says what to set when an encrypted connection meets a plain port', async () => {
    await expectReason(
      /no answer in TLS: if that port of Redis is a plain one, unset REDIS_TLS/,
      at(redis.current.port),
      trusted(),
    );
  });

  it('says the same of what is no Redis at all', async () => {
    const server: Server = createServer((socket) => socket.end('SSH-2.0-x\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expectReason(/no answer in TLS/, at(port), trusted());
    server.close();
  });

  it('says it of a node of a cluster, and of a sentinel', async () => {
    const { tlsPort: port, own } = redis.current;
    const servers = [{ host: '127.0.0.1', port }];
    const foreign = tlsWith(stranger.current, own);
    const cluster = { kind: 'cluster', nodes: servers } as const;
    await expectReason(/REDIS_TLS_CA_FILE/, cluster, foreign);
    await expectReason(/set REDIS_TLS=true/, cluster, undefined);
    const nobody = { username: undefined, password: undefined };
    const sentinel = { kind: 'sentinel', sentinels: servers, name: 'm', ...nobody } as const;
    await expectReason(/REDIS_TLS_CA_FILE/, sentinel, foreign);
  });

  it('warns when it is told to look at no certificate, and connects', async () => {
    const { log, entries } = recordingLog();
    const tls = { ...tlsWith(stranger.current, redis.current.own), verify: false };
    const store = await openStoreAt(at(redis.current.tlsPort), { tls, log });
    await store.stop();
    expect(entries.map(({ msg }) => msg)).to.include(
      'REDIS_TLS_VERIFY is false: whoever answers in place of Redis is believed',
    );
  });

  describe('whose certificate is not right', () => {
    const started: TestRedis[] = [];

    afterEach(async () => {
      for (const server of started.splice(0)) await server.stop();
    });

    async function serverWith(options: Parameters<Authority['issue']>[0]): Promise<number> {
      const { authority } = redis.current;
      const port = await freePort();
      const args = tlsArgs(port, authority, await authority.issue(options));
      started.push(await startTestRedis(args));
      return port;
    }

    it('says that it has expired', async () => {
      const port = await serverWith({ notBefore: inDays(-3), notAfter: inDays(-2) });
      await expectReason(/the certificate of Redis has expired/, at(port), trusted());
    });

    it('says that it is for another name, and takes it under that name', async () => {
      const port = await serverWith({ names: ['redis.example'] });
      await expectReason(/set REDIS_TLS_SERVER_NAME/, at(port), trusted());
      const tls = { ...trusted(), serverName: 'redis.example' };
      const store = await openStoreAt(at(port), { tls });
      await store.stop();
    });
  });
});
