import { expect } from 'chai';
import { MASTER_NAME, type Sentinels, startSentinels } from '../../../scripts/harness/sentinels.ts';
import { askRedis } from '../../../scripts/lib/redis-link.mjs';
import { StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { ExpiryListener } from '../../../src/store/expiry-feed.ts';
import { openTransfer } from '../../../src/store/transfer-session.ts';
import { type TestRedis, useRedis } from '../../support/redis.ts';
import { USER } from '../../support/redis-user.ts';
import { newMessage, openStoreAt, settingsOf } from '../../support/store.ts';
import { until } from '../../support/until.ts';

describe('a store on what sentinels say is master', () => {
  // None is the other’s replica: what matters here is whom the sentinels name.
  const [one, other] = [useRedis(), useRedis()];
  let sentinels: Sentinels;

  before(async () => {
    const { port } = one.current;
    sentinels = await startSentinels({ master: port, replicas: [], downAfterMs: 60_000 });
    // The least that sentinels can be asked by.
    for (const at of sentinels.ports) await askRedis(at, 'ACL', 'SETUSER', ...USER.sentinelWords);
  });
  after(() => sentinels.stop());
  afterEach(() => name(one.current));

  const topology = (masterName = MASTER_NAME) => ({
    kind: 'sentinel' as const,
    sentinels: sentinels.ports.map((port) => ({ host: '127.0.0.1', port })),
    name: masterName,
    username: USER.name,
    password: USER.password,
  });

  /** Has every sentinel name a server, without a word to the one it named before. */
  async function name({ port: master }: TestRedis): Promise<void> {
    for (const port of sentinels.ports) {
      await askRedis(port, 'SENTINEL', 'REMOVE', MASTER_NAME);
      await askRedis(port, 'SENTINEL', 'MONITOR', MASTER_NAME, '127.0.0.1', master, 2);
    }
  }

  async function connectionsTo({ client }: TestRedis): Promise<string[]> {
    const list = String(await client.client('LIST'));
    const names = list.matchAll(/ name=agendamento:(\w+):test /g);
    return [...names].map(([, role = '']) => role).sort();
  }

  it('leaves a master that goes on answering when the sentinels name another', async () => {
    const store = await openStoreAt(topology());
    const [source] = store.expiryFeeds.sources();
    const feed = source?.createFeed();
    let links = 0;
    const listener: ExpiryListener = {
      onExpired: () => undefined,
      onReady: () => {
        links += 1;
      },
      onLost: () => undefined,
    };
    feed?.open(listener);
    await until('it is linked', () => links === 1);
    expect(await connectionsTo(one.current)).to.deep.equal(['commands', 'events']);
    await name(other.current);
    await until('all have gone to the other', async () => {
      return (await connectionsTo(other.current)).join() === 'commands,events';
    });
    expect(await connectionsTo(one.current)).to.deep.equal([]);
    expect(links).to.be.above(1);
    await store.messages.schedule(newMessage('a', Date.now() + 3_600_000));
    expect(await other.current.client.exists('message:a')).to.equal(1);
    feed?.close();
    await store.stop();
  });

  it('is found by the tools as well', async () => {
    const redis = settingsOf(topology());
    const session = await openTransfer({ redis, keyPrefix: '', partitions: 1 }, 'write');
    expect(await session.transfer.count()).to.equal(0);
    session.close();
    expect(await one.current.client.get('meta:partitions')).to.equal('1');
  });

  it('is not there when the sentinels do not know the name', async () => {
    const redis = settingsOf(topology('unknown'));
    const opening = openTransfer({ redis, keyPrefix: '', partitions: 1 }, 'look');
    const error = await opening.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(StoreUnavailableError);
  });
});
