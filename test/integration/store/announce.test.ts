import { once } from 'node:events';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { redisNow } from '../../support/redis-state.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const HOUR_MS = 3_600_000;

describe('announcing what is due', () => {
  const redis = useRedis(['--enable-debug-command', 'yes', '--notify-keyspace-events', 'Ex']);
  let store: Store;
  let listener: Redis;
  let heard: string[];

  beforeEach(async () => {
    const { client, port } = redis.current;
    // Left alone, Redis comes across an expired key by chance: here only when it is made to look.
    await client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    store = await openStore(port);
    listener = client.duplicate();
    heard = [];
    listener.on('message', (_channel, key) => heard.push(key));
    await listener.subscribe('__keyevent@0__:expired');
  });
  afterEach(async () => {
    listener.disconnect();
    await store.stop();
  });

  async function schedule(id: string, offset: number): Promise<void> {
    const { client } = redis.current;
    const dueAt = (await redisNow(client)) + offset;
    await store.messages.schedule(newMessage(id, dueAt));
    if (offset < 1000) await until('it is due', async () => (await redisNow(client)) > dueAt + 1);
  }

  it('has Redis publish the expiry of the first overdue message, of that one alone', async () => {
    await schedule('first', 5);
    await schedule('second', 5);
    await schedule('far', HOUR_MS);
    const message = once(listener, 'message');
    await store.upkeep.announce(0);
    await message;
    expect(heard).to.deep.equal(['due:first']);
  });

  it('touches nothing that is not due, and nothing that is claimed', async () => {
    await schedule('claimed', 5);
    await schedule('far', HOUR_MS);
    await store.leases.claim({ partition: 0, limit: 1, leaseMs: HOUR_MS, token: 't' });
    await store.upkeep.announce(0);
    expect(await redis.current.client.exists('due:claimed', 'due:far')).to.equal(2);
    expect(heard.filter((key) => key === 'due:far')).to.deep.equal([]);
  });
});
