import { expect } from 'chai';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { AttemptRecord } from '../../../src/store/codec.ts';
import type { Store } from '../../../src/store/store.ts';
import { keysLeft, useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { idsIn, newMessage, openStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const HOUR_MS = 3_600_000;

const RECORD: AttemptRecord = {
  attempt: 1,
  outcome: 'rejected',
  statusCode: 500,
  lateness: 3,
  duration: 12,
  error: 'the receiver answered 500',
};

for (const partitions of [1, 7]) {
  describe(`transitions in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    const state = () => readState(redis.current.client, store.keys);

    async function claim(id: string, leaseMs = HOUR_MS, token = 'token-1') {
      const partition = store.keys.partitionOf(id);
      const batch = await store.leases.claim({ partition, limit: 10, leaseMs, token });
      return batch.messages;
    }

    /** Schedules a message that is due and claims it. */
    async function claimed(id: string, leaseMs = HOUR_MS): Promise<ClaimedMessage> {
      await store.messages.schedule(newMessage(id, Date.now() - 50));
      const [message] = await claim(id, leaseMs);
      if (message === undefined) throw new Error('nothing was claimed');
      return message;
    }

    it('schedule writes the hash, the index entry and the shadow key at once', async () => {
      const dueAt = Date.now() + HOUR_MS;
      await store.messages.schedule(newMessage('a', dueAt, { payload: '[1,"é"]' }));
      const { messages, due, shadows, failed, logged } = await state();
      expect(messages.a).to.include({
        id: 'a',
        scheduleTo: new Date(dueAt).toISOString(),
        webhookUrl: 'http://127.0.0.1:9/hook',
        payload: '[1,"é"]',
        status: 'scheduled',
        attempt: '0',
        dueAt: String(dueAt),
      });
      expect(due).to.deep.equal({ a: dueAt });
      expect(shadows).to.deep.equal({ a: dueAt });
      expect(failed).to.deep.equal({});
      expect(logged).to.equal(0);
    });

    it('schedule refuses an id that is taken and leaves the first message as it was', async () => {
      const dueAt = Date.now() + HOUR_MS;
      await store.messages.schedule(newMessage('a', dueAt));
      const before = await state();
      const again = store.messages.schedule(newMessage('a', dueAt + 1, { payload: '2' }));
      expect(await again.catch((error: unknown) => error)).to.have.property(
        'code',
        'message-exists',
      );
      expect(await state()).to.deep.equal(before);
    });

    it('schedule does not overwrite a string that an older service left under the id', async () => {
      await redis.current.client.set(store.keys.message('a'), '{"id":"a"}');
      const refused = store.messages.schedule(newMessage('a', Date.now() + HOUR_MS));
      expect(await refused.catch((error: unknown) => error)).to.have.property(
        'code',
        'message-exists',
      );
      expect(await redis.current.client.get(store.keys.message('a'))).to.equal('{"id":"a"}');
    });

    it('schedule in the past leaves a shadow key that still expires with an event', async () => {
      const events = redis.current.client.duplicate();
      await events.subscribe('__keyevent@0__:expired');
      const expired = new Promise((resolve) => events.on('message', (_c, key) => resolve(key)));
      await store.messages.schedule(newMessage('a', Date.now() - HOUR_MS));
      await until('the shadow key is touched away', async () => {
        return (await redis.current.client.touch(store.keys.shadow('a'))) === 0;
      });
      expect(await expired).to.equal(store.keys.shadow('a'));
      events.disconnect();
    });

    it('claim takes what is due, earliest first, and nothing else', async () => {
      const now = Date.now();
      const partition = store.keys.partitionOf('base');
      const ids = idsIn(store, partition, 4);
      const offsets = [-20, -30, -10, HOUR_MS];
      for (const [i, id] of ids.entries()) {
        await store.messages.schedule(newMessage(id, now + (offsets[i] ?? 0)));
      }
      const { client } = redis.current;
      const before = await redisNow(client);
      const request = { partition, limit: 2, leaseMs: HOUR_MS, token: 'token-1' };
      const first = await store.leases.claim(request);
      const after = await redisNow(client);
      expect(first.messages.map(({ id }) => id)).to.deep.equal([ids[1], ids[0]]);
      expect(first.moreDue).to.equal(true);
      const second = await store.leases.claim({ ...request, token: 'token-2' });
      expect(second.messages.map(({ id }) => id)).to.deep.equal([ids[2]]);
      expect(second.moreDue).to.equal(false);

      const { messages, due, shadows } = await state();
      const held = messages[ids[1] ?? ''];
      expect(held).to.include({ status: 'delivering', attempt: '1', claim: 'token-1' });
      expect(held?.dueAt, 'the due time of the attempt stays').to.equal(String(now - 30));
      const leaseUntil = Number(held?.leaseUntil);
      expect(leaseUntil).to.be.within(before + HOUR_MS, after + HOUR_MS);
      expect(due[ids[1] ?? '']).to.equal(leaseUntil);
      expect(shadows[ids[1] ?? '']).to.equal(leaseUntil);
      expect(due[ids[3] ?? '']).to.equal(now + HOUR_MS);
    });

    it('a claimed message carries what an attempt needs', async () => {
      const message = await claimed('a');
      expect(message).to.deep.include({
        id: 'a',
        payload: '{"hello":"world"}',
        attempt: 1,
        claimToken: 'token-1',
      });
      expect(message.claimLateness).to.be.at.least(50);
    });

    it('the same claim made twice returns the same batch, once more due or not', async () => {
      await claimed('a');
      const before = await state();
      await store.messages.schedule(newMessage('a2', Date.now() - 10));
      const again = await claim('a');
      expect(again.map(({ id, attempt }) => [id, attempt])).to.deep.equal([['a', 1]]);
      const { messages } = await state();
      expect(messages.a).to.deep.equal(before.messages.a);
      expect(messages.a2?.status).to.equal('scheduled');
    });

    it('a repeated claim leaves out what has been settled or taken over meanwhile', async () => {
      const message = await claimed('a');
      await store.leases.settle(message, { kind: 'complete' }, RECORD);
      expect(await claim('a')).to.deep.equal([]);
    });

    it('claim drops index entries that have no message', async () => {
      const { client } = redis.current;
      const partition = store.keys.partitionOf('ghost');
      await client.zadd(store.keys.dueIndex(partition), 1, 'ghost');
      expect(await claim('ghost')).to.deep.equal([]);
      expect(await state()).to.deep.include({ due: {}, messages: {}, shadows: {} });
    });

    it('complete removes every trace and logs the attempt', async () => {
      const message = await claimed('a');
      const record = { ...RECORD, outcome: 'delivered', statusCode: 204, error: '' };
      const result = await store.leases.settle(message, { kind: 'complete' }, record);
      expect(result).to.equal('completed');
      const partition = store.keys.partitionOf('a');
      const log = store.keys.deliveryLog(partition);
      const record_ = store.keys.claimRecord(partition, 'test');
      expect(await keysLeft(redis.current.client)).to.deep.equal([record_, log].sort());
      const [[, entry] = []] = await redis.current.client.xrange(log, '-', '+');
      expect(entry).to.deep.equal(
        ['id', 'a', 'attempt', '1', 'outcome', 'delivered', 'statusCode', '204'].concat([
          'lateness',
          '3',
          'duration',
          '12',
        ]),
      );
    });

    it('retry re-arms the message after the delay, and a repeat changes nothing', async () => {
      const message = await claimed('a');
      const before = await redisNow(redis.current.client);
      const retry = { kind: 'retry', delayMs: 5000, error: 'boom' } as const;
      expect(await store.leases.settle(message, retry, RECORD)).to.equal('retried');
      const after = await redisNow(redis.current.client);
      const first = await state();
      const dueAt = Number(first.messages.a?.dueAt);
      expect(dueAt).to.be.within(before + 5000, after + 5000);
      expect(first.messages.a).to.include({
        status: 'scheduled',
        lastError: 'boom',
        attempt: '1',
      });
      expect(first.messages.a).not.to.have.property('leaseUntil');
      expect(first.due).to.deep.equal({ a: dueAt });
      expect(first.shadows).to.deep.equal({ a: dueAt });
      expect(first.logged).to.equal(1);
      expect(await store.leases.settle(message, retry, RECORD)).to.equal('retried');
      expect(await state()).to.deep.equal(first);
    });

    it('fail keeps the message as a dead letter, disarmed, and a repeat changes nothing', async () => {
      const message = await claimed('a');
      const fail = { kind: 'fail', error: 'gone for good' } as const;
      expect(await store.leases.settle(message, fail, RECORD)).to.equal('failed');
      const first = await state();
      expect(first.messages.a).to.include({ status: 'failed', lastError: 'gone for good' });
      expect(first.failed).to.deep.equal({ a: Number(first.messages.a?.failedAt) });
      expect(first).to.deep.include({ due: {}, shadows: {}, logged: 1 });
      expect(await store.leases.settle(message, fail, RECORD)).to.equal('failed');
      expect(await state()).to.deep.equal(first);
    });

    it('release gives the attempt back and makes the message due at once', async () => {
      const message = await claimed('a');
      const dueAt = Number((await state()).messages.a?.dueAt);
      const release = { kind: 'release' } as const;
      expect(await store.leases.settle(message, release, RECORD)).to.equal('released');
      expect(await store.leases.settle(message, release, RECORD)).to.equal('released');
      const { messages, due, logged } = await state();
      expect(messages.a).to.include({ status: 'scheduled', attempt: '0' });
      expect(due).to.deep.equal({ a: dueAt });
      expect(logged).to.equal(0);
      expect(await claim('a', HOUR_MS, 'token-2')).to.have.length(1);
    });

    for (const settlement of [
      { kind: 'complete' },
      { kind: 'retry', delayMs: 1, error: 'x' },
      { kind: 'fail', error: 'x' },
      { kind: 'release' },
    ] as const) {
      it(`a worker whose lease was taken over cannot ${settlement.kind}`, async () => {
        const late = await claimed('a', 1);
        const taken = await until('the lease is over', async () => {
          const [message] = await claim('a', HOUR_MS, 'token-2');
          return message;
        });
        expect(taken.attempt).to.equal(2);
        const before = await state();
        expect(await store.leases.settle(late, settlement, RECORD)).to.equal('lost-claim');
        expect(await state()).to.deep.equal(before);
      });

      it(`a worker whose message was cancelled cannot ${settlement.kind}`, async () => {
        const message = await claimed('a');
        expect(await store.messages.cancel('a')).to.deep.equal({ inFlight: true });
        expect(await store.leases.settle(message, settlement, RECORD)).to.equal('not-found');
        expect(await state()).to.deep.include({ messages: {}, due: {}, failed: {}, shadows: {} });
      });
    }

    it('cancel removes a scheduled and a failed message whole', async () => {
      await store.messages.schedule(newMessage('b', Date.now() + HOUR_MS));
      expect(await store.messages.cancel('b')).to.deep.equal({ inFlight: false });
      const message = await claimed('a');
      await store.leases.settle(message, { kind: 'fail', error: 'x' }, RECORD);
      expect(await store.messages.cancel('a')).to.deep.equal({ inFlight: false });
      expect(await state()).to.deep.include({ messages: {}, due: {}, failed: {}, shadows: {} });
    });

    it('cancel of an unknown id is refused', async () => {
      const refused = store.messages.cancel('nobody');
      expect(await refused.catch((error: unknown) => error)).to.have.property(
        'code',
        'message-not-found',
      );
    });
  });
}
