import { expect } from 'chai';
import type { ExpiryFeed, ExpiryListener } from '../../../src/store/expiry-feed.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { permitConfig } from '../../support/redis-user.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

describe('expiry feed', () => {
  const redis = useRedis();
  let store: Store;
  let feed: ExpiryFeed;
  let expired: number[];
  let subscriptions: number;
  let losses: number;

  const listener: ExpiryListener = {
    onExpired: (partition) => expired.push(partition),
    onReady: () => {
      feed.subscribe().then(
        () => {
          subscriptions += 1;
        },
        (error: unknown) => expect.fail(String(error)),
      );
    },
    onLost: () => {
      losses += 1;
    },
  };

  beforeEach(async () => {
    await redis.current.client.config('SET', 'notify-keyspace-events', 'Ex');
    expired = [];
    subscriptions = 0;
    losses = 0;
    store = await openStore(redis.current.port, { partitions: 4, keyPrefix: 'app:' });
    const [source] = store.expiryFeeds.sources();
    if (source === undefined) throw new Error('no master');
    feed = source.createFeed();
    feed.open(listener);
    await until('it is subscribed', () => subscriptions === 1);
  });
  afterEach(async () => {
    feed.close();
    await store.stop();
  });

  it('tells the partition of a shadow key that expired, and of nothing else', async () => {
    const { client } = redis.current;
    await client.set('due:{1}:other-prefix', '', 'PX', 1);
    await client.set('app:message:{1}:no-shadow', '', 'PX', 1);
    const dueAt = Date.now() + 20;
    await store.messages.schedule(newMessage('a', dueAt));
    await until('everything has expired', async () => {
      const keys = ['due:{1}:other-prefix', 'app:message:{1}:no-shadow', store.keys.shadow('a')];
      return (await client.touch(...keys)) === 0;
    });
    await until('the event is heard', () => expired.length > 0);
    expect(expired).to.deep.equal([store.keys.partitionOf('a')]);
  });

  it('hears what another replica has announced', async () => {
    const other = await openStore(redis.current.port, { partitions: 4, keyPrefix: 'app:' });
    await other.messages.schedule(newMessage('a', Date.now() + 30));
    await until('announced and heard', async () => {
      await other.upkeep.announce(store.keys.partitionOf('a'));
      return expired.length === 1;
    });
    await other.stop();
  });

  it('proves that events flow, and that they do not', async () => {
    expect(await feed.proveEvents(1000)).to.equal(true);
    await redis.current.client.config('SET', 'notify-keyspace-events', '');
    expect(await feed.proveEvents(100)).to.equal(false);
  });

  it('switches events on and keeps the flags that are there', async () => {
    const { client } = redis.current;
    const end = await permitConfig(client);
    for (const [before, after] of [
      ['', 'Ex'],
      ['Kg$', 'EKg$x'],
      ['E', 'Ex'],
      ['EA', 'AE'],
    ] as const) {
      await client.config('SET', 'notify-keyspace-events', before);
      await feed.enableEvents();
      const flags = (await client.config('GET', 'notify-keyspace-events'))[1] ?? '';
      expect([...flags].sort()).to.deep.equal([...after].sort());
      expect(await feed.proveEvents(1000), `from "${before}"`).to.equal(true);
    }
    await end();
  });

  it('subscribes again after its connection was killed', async () => {
    await redis.current.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until('it is subscribed again', () => subscriptions === 2);
    expect(losses).to.equal(1);
    expect(await feed.proveEvents(1000)).to.equal(true);
  });
});
