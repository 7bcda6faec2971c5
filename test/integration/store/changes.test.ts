import { expect } from 'chai';
import type { ScheduleOptions } from '../../../src/store/message-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;
const RECORD = { attempt: 1, outcome: 'x', statusCode: 0, lateness: 0, duration: 0, error: 'e' };

for (const partitions of [1, 7]) {
  describe(`changes of messages in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;
    let dueAt: number;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
      dueAt = (await redisNow(redis.current.client)) + HOUR_MS;
    });
    afterEach(() => store.stop());

    const state = () => readState(redis.current.client, store.keys);
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );

    async function claim(id: string) {
      const partition = store.keys.partitionOf(id);
      const request = { partition, limit: 1, leaseMs: HOUR_MS, token: 'token-1' };
      const [message] = (await store.leases.claim(request)).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      return message;
    }

    /** A message in each state that a change may meet. */
    const put = {
      scheduled: (id: string) => store.messages.schedule(newMessage(id, dueAt)),
      delivering: async (id: string) => {
        await store.messages.schedule(newMessage(id, dueAt - 2 * HOUR_MS));
        return claim(id);
      },
      failed: async (id: string) => {
        const message = await put.delivering(id);
        await store.leases.settle(message, { kind: 'fail', error: 'e' }, RECORD);
      },
      absent: () => Promise.resolve(),
    };

    const REFUSED = {
      reschedule: {
        delivering: 'message-in-flight',
        failed: 'message-failed',
        absent: 'message-not-found',
      },
      fire: {
        delivering: 'message-in-flight',
        failed: 'message-failed',
        absent: 'message-not-found',
      },
      replay: {
        scheduled: 'message-not-failed',
        delivering: 'message-not-failed',
        absent: 'message-not-found',
      },
    } as const;
    for (const [change, states] of Object.entries(REFUSED)) {
      for (const [standing, code] of Object.entries(states)) {
        it(`${change} of a message that is ${standing} is refused and changes nothing`, async () => {
          await put[standing as keyof typeof put]('a');
          const before = await state();
          const { messages } = store;
          const acts = {
            reschedule: () => messages.reschedule('a', { payload: '1' }),
            fire: () => messages.fire('a'),
            replay: () => messages.replay('a'),
          };
          expect(await codeOf(acts[change as keyof typeof acts]())).to.equal(code);
          expect(await state()).to.deep.equal(before);
        });
      }
    }

    it('reschedule moves hash, index entry and shadow key together; a repeat changes nothing', async () => {
      await put.scheduled('a');
      const { messages: was } = await state();
      const changes = { due: { dueAt: dueAt + 5, scheduleTo: 'as asked' }, payload: '2' };
      await store.messages.reschedule('a', changes);
      const now = await state();
      const own = { dueAt: String(dueAt + 5), scheduleTo: 'as asked', payload: '2' };
      expect(now.messages).to.deep.equal({ a: { ...was.a, ...own } });
      expect(now.due).to.deep.equal({ a: dueAt + 5 });
      expect(now.shadows).to.deep.equal({ a: dueAt + 5 });
      await store.messages.reschedule('a', changes);
      expect(await state()).to.deep.equal(now);
    });

    it('reschedule of content leaves the times, and removes what is to be removed', async () => {
      const over = { method: 'PUT', timeoutMs: 7, tags: ['t'], headers: { a: 'b' } } as const;
      await store.messages.schedule(newMessage('a', dueAt, over));
      const before = await state();
      await store.messages.reschedule('a', {
        timeoutMs: 8,
        remove: ['method', 'headers', 'retry'],
      });
      const { method: _method, headers: _headers, ...kept } = before.messages.a ?? {};
      expect(await state()).to.deep.equal({
        ...before,
        messages: { a: { ...kept, timeoutMs: '8', tags: '["t"]' } },
      });
    });

    it('reschedule that would let a message expire before it is due is refused', async () => {
      await store.messages.schedule(newMessage('a', dueAt, { notAfter: dueAt + 10 }));
      const before = await state();
      const later = { dueAt: dueAt + 11, scheduleTo: 'later' };
      const { messages } = store;
      expect(await codeOf(messages.reschedule('a', { due: later }))).to.equal('expires-first');
      expect(await codeOf(messages.reschedule('a', { notAfter: dueAt - 1 }))).to.equal(
        'expires-first',
      );
      expect(await state()).to.deep.equal(before);
      expect(await codeOf(messages.reschedule('a', { due: later, remove: ['notAfter'] }))).to.equal(
        'done',
      );
      expect((await state()).messages.a).not.to.have.property('notAfter');
    });

    it('fire makes a message due now, once: a second one leaves it due since the first', async () => {
      const { client } = redis.current;
      await put.scheduled('a');
      const { messages: was } = await state();
      const before = await redisNow(client);
      await store.messages.fire('a');
      const after = await redisNow(client);
      const fired = await state();
      const firedAt = Number(fired.messages.a?.dueAt);
      expect(firedAt).to.be.within(before, after);
      expect(fired.messages).to.deep.equal({ a: { ...was.a, dueAt: String(firedAt) } });
      expect(fired.due).to.deep.equal({ a: firedAt });
      await store.messages.fire('a');
      expect((await state()).due).to.deep.equal({ a: firedAt });
    });

    it('replay gives a failed message all its attempts again and keeps its history', async () => {
      await put.failed('a');
      const { messages: was } = await state();
      await store.messages.replay('a');
      const { messages, due, failed, delivering } = await state();
      const { failedAt: _failedAt, ...kept } = was.a ?? {};
      const dueNow = messages.a?.dueAt ?? '';
      expect(messages.a).to.deep.equal({
        ...kept,
        status: 'scheduled',
        attempt: '0',
        dueAt: dueNow,
      });
      expect([due, failed, delivering]).to.deep.equal([{ a: Number(dueNow) }, {}, {}]);
      expect(await codeOf(store.messages.replay('a'))).to.equal('message-not-failed');
    });

    for (const standing of ['scheduled', 'delivering', 'failed'] as const) {
      const again = (options: ScheduleOptions) =>
        store.messages.schedule(newMessage('a', dueAt + 9, { payload: '9' }), options);

      it(`schedule with replace puts a new message for one that is ${standing}`, async () => {
        const held = await put[standing]('a');
        expect(await again({ onConflict: 'replace' })).to.equal('replaced');
        const { messages, due, shadows, failed, delivering } = await state();
        expect(messages.a).to.include({ status: 'scheduled', attempt: '0', payload: '9' });
        expect(messages.a).not.to.have.any.keys('claim', 'leaseUntil', 'failedAt', 'attempts');
        expect(due).to.deep.equal({ a: dueAt + 9 });
        expect(shadows).to.deep.equal({ a: dueAt + 9 });
        expect([failed, delivering]).to.deep.equal([{}, {}]);
        if (typeof held !== 'object') return;
        const settled = store.leases.settle(held, { kind: 'complete' }, RECORD);
        expect(await settled).to.equal('lost-claim');
        expect((await state()).messages).to.deep.equal(messages);
      });

      it(`schedule with ignore leaves one that is ${standing} as it is`, async () => {
        await put[standing]('a');
        const before = await state();
        expect(await again({ onConflict: 'ignore' })).to.equal('ignored');
        expect(await state()).to.deep.equal(before);
      });
    }

    it('schedule with reject refuses a due time that has passed, replacing nothing', async () => {
      await put.scheduled('a');
      const before = await state();
      const options = { ifPast: 'reject', onConflict: 'replace' } as const;
      for (const id of ['a', 'b']) {
        const late = newMessage(id, dueAt - HOUR_MS - 1);
        expect(await codeOf(store.messages.schedule(late, options))).to.equal('in-past');
      }
      expect(await state()).to.deep.equal(before);
    });

    it('an idempotency key counts once, also when its message is gone', async () => {
      const request = (fingerprint: string) =>
        store.messages.schedule(newMessage('a', dueAt), { idempotency: { key: 'k', fingerprint } });
      expect(await request('f')).to.equal('scheduled');
      const before = await state();
      expect(await request('f')).to.equal('scheduled');
      expect(await codeOf(request('g'))).to.equal('key-reused');
      expect(await state()).to.deep.equal(before);
      await store.messages.cancel('a');
      expect(await request('f')).to.equal('scheduled');
      expect((await state()).messages).to.deep.equal({});
      const record = store.keys.idempotency(store.keys.partitionOf('a'), 'k');
      const DAY_MS = 24 * HOUR_MS;
      expect(await redis.current.client.pttl(record)).to.be.within(DAY_MS - 60_000, DAY_MS);
    });
  });
}
