import { expect } from 'chai';
import { DomainError } from '../../../src/domain/errors.ts';
import type { DueHint } from '../../../src/store/due-hints.ts';
import type { OnConflict, ScheduleRequest } from '../../../src/store/scheduling.ts';
import { Scripts } from '../../../src/store/scripts.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { idsIn, newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;

for (const partitions of [1, 5]) {
  describe(`scheduling many messages at once, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;
    let dueAt: number;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
      dueAt = (await redisNow(redis.current.client)) + HOUR_MS;
    });
    afterEach(() => store.stop());

    const state = () => readState(redis.current.client, store.keys);
    const asked = (id: string, over = {}) => ({ message: newMessage(id, dueAt, over) });
    /** Asks for all at the same time; an error is a result. */
    const scheduleAll = (
      requests: readonly ScheduleRequest[],
      onConflict: OnConflict = 'refuse',
    ): Promise<unknown[]> =>
      Promise.all(
        requests.map(({ message, ...options }) =>
          store.messages.schedule(message, { onConflict, ...options }).catch((error) => error),
        ),
      );
    const ids = Array.from({ length: 333 }, (_, i) => `m-${i}`);
    const codes = (results: readonly unknown[]) =>
      results.map((result) => (result instanceof DomainError ? result.code : result));

    it('writes each in all its places, whatever the number', async () => {
      const results = await scheduleAll(ids.map((id) => asked(id)));
      expect(results).to.deep.equal(ids.map(() => 'scheduled'));
      const { messages, due, shadows } = await state();
      for (const id of ids) {
        expect(messages[id]).to.include({ id, status: 'scheduled', payload: '{"hello":"world"}' });
      }
      const all = Object.fromEntries(ids.map((id) => [id, dueAt]));
      expect([due, shadows]).to.deep.equal([all, all]);
    });

    it('answers for each in its place, and counts only the first of an id', async () => {
      await store.messages.schedule(newMessage('m-7', dueAt));
      const twice = [...ids, ...ids].map((id) => asked(id));
      const results = codes(await scheduleAll(twice));
      const first = ids.map((id) => (id === 'm-7' ? 'message-exists' : 'scheduled'));
      expect(results).to.deep.equal([...first, ...ids.map(() => 'message-exists')]);
    });

    it('announces the soonest of what it wrote in each partition, and nothing it refused', async () => {
      const [taken = '', soon = '', later = ''] = idsIn(store, 0, 3);
      await store.messages.schedule(newMessage(taken, dueAt));
      const hints: DueHint[] = [];
      store.hints.listen((hint) => hints.push(hint));
      const at = (id: string, over: number) => ({ message: newMessage(id, dueAt + over) });
      await scheduleAll([at(later, 9), at(taken, -9), at(soon, 5)]);
      expect(hints.map(({ dueInMs }) => dueInMs)).to.satisfy(
        ([ms]: number[]) => (ms ?? 0) > HOUR_MS / 2,
      );
      expect(hints).to.have.length(1);
      await scheduleAll([at(taken, 0)]);
      expect(hints).to.have.length(1);
    });

    it('a repeat of one call answers the same and changes nothing', async () => {
      const [a = '', b = ''] = idsIn(store, 0, 2);
      await store.messages.schedule(newMessage(b, dueAt));
      const { keys } = store;
      const message = (id: string) => [id, dueAt, 'refuse', 'fire', '', '', 2, 'payload', '1'];
      const call = () =>
        new Scripts(redis.current.client, keys).run(
          'schedule',
          [keys.dueIndex(0), keys.deliveringIndex(0), keys.failedIndex(0), 'request:{0}:call'],
          [keys.messagePrefix(0), keys.shadowPrefix(0), keys.idempotencyPrefix(0)].concat(
            ['10000', '1000'],
            [...message(a), ...message(b), ...message(a)].map(String),
          ),
        );
      const [, , ...first] = await call();
      const before = await state();
      const [, , ...second] = await call();
      expect(first).to.deep.equal(['scheduled', 'exists', 'exists']);
      expect(second).to.deep.equal(first);
      expect(await state()).to.deep.equal(before);
    });

    it('a broken index fails every message of its partition, and writes none of them', async () => {
      const { client } = redis.current;
      await client.set(store.keys.dueIndex(0), 'broken by hand');
      const results = await scheduleAll(ids.map((id) => asked(id)));
      const failed = ids.filter((id) => store.keys.partitionOf(id) === 0);
      expect(results.filter((result) => result instanceof Error)).to.have.length(failed.length);
      const written = await Promise.all(failed.map((id) => client.exists(store.keys.message(id))));
      expect(new Set(written)).to.deep.equal(new Set([0]));
    });

    describe('under an idempotency key', () => {
      const keyed = (id: string, fingerprint = 'f') => ({
        ...asked(id),
        idempotency: { key: 'k', fingerprint },
      });
      const records = () => redis.current.client.keys('idempotency:*');

      it('refuses another request, whatever the partition of its id', async () => {
        expect(await scheduleAll([keyed('m-0')])).to.deep.equal(['scheduled']);
        const before = await state();
        for (const id of ids.slice(1, 12)) {
          const results = await scheduleAll([keyed(id, 'g')]);
          expect(codes(results)).to.deep.equal(['key-reused']);
        }
        expect(await scheduleAll([keyed('m-0')])).to.deep.equal(['scheduled']);
        expect(await state()).to.deep.equal(before);
      });

      it('keeps nothing of a request that is refused: the key is free again', async () => {
        for (const id of ids.slice(0, 12)) {
          await store.messages.schedule(newMessage(id, dueAt));
          const results = await scheduleAll([keyed(id)]);
          expect(codes(results)).to.deep.equal(['message-exists']);
        }
        expect(await records()).to.deep.equal([]);
      });

      for (const onConflict of ['replace', 'ignore'] as const) {
        it(`repeats the answer of ${onConflict}, when the message is gone too`, async () => {
          await store.messages.schedule(newMessage('m-0', dueAt));
          const first = await scheduleAll([keyed('m-0')], onConflict);
          expect(first).to.deep.equal([onConflict === 'replace' ? 'replaced' : 'ignored']);
          await store.messages.cancel('m-0');
          expect(await scheduleAll([keyed('m-0')], onConflict)).to.deep.equal(first);
          expect((await state()).messages).to.deep.equal({});
        });
      }

      it('of many at once, one per key is written', async () => {
        const requests = ids.map((id) => keyed(id, id));
        const results = codes(await scheduleAll(requests));
        expect(results.filter((result) => result === 'scheduled')).to.have.length(1);
        expect(Object.keys((await state()).messages)).to.have.length(1);
      });
    });
  });
}
