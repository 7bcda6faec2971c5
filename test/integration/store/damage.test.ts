import { expect } from 'chai';
import type { Store } from '../../../src/store/store.ts';
import { startTestRedis, useRedis } from '../../support/redis.ts';
import { readState } from '../../support/redis-state.ts';
import { auditAll, newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;

/** The status a message has after each settle. */
const LEFT = { complete: null, retry: 'scheduled', fail: 'failed' };

describe('what others did to the data does not hold up the rest', () => {
  const redis = useRedis();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(redis.current.port);
  });
  afterEach(() => store.stop());

  const claim = (limit: number, token = 'token-1') =>
    store.leases.claim({ partition: 0, limit, leaseMs: HOUR_MS, token });

  it('a key that became a string, or lost its fields, is dropped from the index', async () => {
    const { client } = redis.current;
    const now = Date.now();
    for (const [i, id] of ['string', 'empty', 'well'].entries()) {
      await store.messages.schedule(newMessage(id, now - 100 + i));
    }
    await client.set('message:string', '{"id":"string"}');
    await client.del('message:empty');
    const { messages } = await claim(10);
    expect(messages.map(({ id }) => id)).to.deep.equal(['well']);
    expect(await client.zrange('index:due', 0, '-1')).to.deep.equal(['well']);
    expect(await client.get('message:string')).to.equal('{"id":"string"}');
  });

  it('an attempt count that is no number starts again', async () => {
    await store.messages.schedule(newMessage('a', Date.now() - 100));
    await redis.current.client.hset('message:a', 'attempt', 'abc');
    const { messages } = await claim(10);
    expect(messages.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  for (const kind of ['complete', 'retry', 'fail'] as const) {
    it(`a delivery log that is none any more does not keep a message from ${kind}`, async () => {
      const { client } = redis.current;
      await client.set('log:deliveries', 'broken by hand');
      await store.messages.schedule(newMessage('a', Date.now() - 50));
      const request = { partition: 0, limit: 1, leaseMs: 60_000, token: 't' };
      const [message] = (await store.leases.claim(request)).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      const record = {
        attempt: 1,
        outcome: 'x',
        statusCode: 0,
        lateness: 0,
        duration: 0,
        error: '',
      };
      const settlement = { kind, delayMs: 60_000, error: 'e' };
      await store.leases.settle(message, settlement, record);
      expect(await client.hget('message:a', 'status')).to.equal(LEFT[kind]);
      expect(await client.zcard('index:delivering')).to.equal(0);
    });
  }

  it('purge spares a message that took the id of a dead letter whose hash was lost', async () => {
    const { client } = redis.current;
    await client.zadd('index:failed', 1, 'a');
    const dueAt = Date.now() + HOUR_MS;
    await store.messages.schedule(newMessage('a', dueAt));
    expect(await store.upkeep.purge(0, 10)).to.equal(0);
    const { messages, failed, due } = await readState(client, store.keys);
    expect(messages).to.have.property('a');
    expect(due).to.deep.equal({ a: dueAt });
    expect(failed).to.deep.equal({});
  });

  it('audit counts messages of another number of partitions', async () => {
    await redis.current.client.hset('message:{3}:b', { id: 'b', status: 'scheduled', dueAt: '1' });
    const other = await openStore(redis.current.port, { keyPrefix: 'n:', partitions: 4 });
    await redis.current.client.hset('n:message:c', { id: 'c', status: 'scheduled', dueAt: '1' });
    const { foreign } = await auditAll(other);
    await other.stop();
    expect(foreign).to.equal(1);
  });

  it('one replica walks, and another when it falls silent', async () => {
    const other = await openStore(redis.current.port, { replica: 'other' });
    expect(await store.upkeep.takeAuditTurn()).to.equal(true);
    expect(await other.upkeep.takeAuditTurn()).to.equal(false);
    await redis.current.client.del('meta:audit');
    expect(await other.upkeep.takeAuditTurn()).to.equal(true);
    await other.stop();
  });
});

describe('a claim is bounded by bytes as well', () => {
  const redis = useRedis();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(redis.current.port);
  });
  afterEach(() => store.stop());

  it('takes about a megabyte, and says that more is due', async () => {
    const payload = JSON.stringify('x'.repeat(300_000));
    for (let i = 0; i < 10; i += 1) {
      await store.messages.schedule(newMessage(`big-${i}`, Date.now() - 100 + i, { payload }));
    }
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const token = `token-${sizes.length}`;
      const batch = await store.leases.claim({
        partition: 0,
        limit: 100,
        leaseMs: HOUR_MS,
        token,
      });
      sizes.push(batch.messages.length);
      more = batch.moreDue;
    }
    expect(sizes).to.deep.equal([4, 4, 2]);
  });
});

describe('a full Redis', () => {
  it('does not keep the service from starting, nor from claiming and settling', async () => {
    const redis = await startTestRedis();
    const first = await openStore(redis.port);
    await first.messages.schedule(newMessage('a', Date.now() - 100));
    await first.stop();
    await redis.client.config('SET', 'maxmemory', '1');
    const store = await openStore(redis.port);
    const request = { partition: 0, limit: 10, leaseMs: HOUR_MS, token: 'token-1' };
    const { messages } = await store.leases.claim(request);
    const [message] = messages;
    if (message === undefined) throw new Error('nothing was claimed');
    const record = {
      attempt: 1,
      outcome: 'x',
      statusCode: 0,
      lateness: 0,
      duration: 0,
      error: 'x',
    };
    const retry = { kind: 'retry', delayMs: 0, error: 'x' } as const;
    expect(await store.leases.settle(message, retry, record)).to.equal('retried');
    const refused = store.messages.schedule(newMessage('b', Date.now()));
    expect(await refused.catch((error: unknown) => error)).to.have.property('code', 'store-full');
    expect(await redis.client.exists('message:b', 'due:b')).to.equal(0);
    await store.stop();
    await redis.stop();
  });
});
