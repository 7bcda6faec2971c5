import { expect } from 'chai';
import type { ClaimBatch, ClaimRequest, ClaimTerms } from '../../../src/store/lease-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { auditAll, idsIn, newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;
const DEFER_MS = 60_000;
const SLOW = 'http://slow.example:8080';
const WELL = 'https://well.example';

const RECORD = {
  attempt: 1,
  outcome: 'delivered',
  statusCode: 200,
  lateness: 0,
  duration: 0,
  error: '',
};

/** Any number of places, except of `SLOW`. */
function terms(slow: number, over: Partial<ClaimTerms> = {}): ClaimTerms {
  const standard = { places: 100, deferMs: DEFER_MS };
  const origins = new Map([[SLOW, { places: slow, deferMs: DEFER_MS }]]);
  return { standard, origins, ids: [], ...over };
}

const taken = ({ messages }: ClaimBatch) => messages.map(({ id }) => id);
const deferred = (batch: ClaimBatch) => batch.deferred.map(({ id }) => id);

for (const partitions of [1, 7]) {
  describe(`a claim with quotas, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;
    let partition: number;
    let ids: string[];
    let tokens = 0;
    /** Of the message scheduled last. */
    let dueAt: number;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
      partition = store.keys.partitionOf('base');
      ids = idsIn(store, partition, 8);
      dueAt = Date.now() - 1000;
    });
    afterEach(() => store.stop());

    const state = () => readState(redis.current.client, store.keys);

    function claim(over: Partial<ClaimRequest> = {}): Promise<ClaimBatch> {
      tokens += 1;
      return store.leases.claim({
        ...{ partition, limit: 10, leaseMs: HOUR_MS, token: `token-${tokens}` },
        ...over,
      });
    }

    /** Schedules messages that are due, each a little later than the one before. */
    async function scheduleDue(some: readonly string[], origin: string, over = {}): Promise<void> {
      for (const id of some) {
        const webhookUrl = `${origin}/hook`;
        dueAt += 1;
        await store.messages.schedule(newMessage(id, dueAt, { webhookUrl, ...over }));
      }
    }

    it('takes of each origin what it has places for, and defers the rest, attempt unspent', async () => {
      const [a = '', b = '', c = '', d = ''] = ids;
      await scheduleDue([a, b, c], 'HTTP://Slow.EXAMPLE:8080');
      await scheduleDue([d], WELL);
      const wasDueAt = (await state()).messages[b]?.dueAt;
      const before = await redisNow(redis.current.client);
      const batch = await claim({ terms: terms(1) });
      const after = await redisNow(redis.current.client);
      expect(taken(batch)).to.deep.equal([a, d]);
      expect(batch.deferred).to.deep.equal([
        { id: b, origin: SLOW },
        { id: c, origin: SLOW },
      ]);
      expect(batch.moreDue).to.equal(false);
      const { messages, due, shadows, delivering } = await state();
      expect(messages[b]).to.include({ status: 'scheduled', attempt: '0', dueAt: wasDueAt });
      expect(messages[b]).not.to.have.property('claim');
      expect(due[b]).to.be.within(before + DEFER_MS, after + DEFER_MS);
      expect(shadows[b]).to.equal(due[b]);
      expect(Object.keys(delivering)).to.have.members([a, d]);
    });

    it('goes by the standard where an origin has no quota of its own', async () => {
      await scheduleDue(ids.slice(0, 3), WELL);
      const standard = { places: 2, deferMs: DEFER_MS };
      const batch = await claim({ terms: { standard, origins: new Map(), ids: [] } });
      expect(taken(batch)).to.deep.equal(ids.slice(0, 2));
      expect(batch.deferred).to.deep.equal([{ id: ids[2], origin: WELL }]);
    });

    it('reaches what lies behind those that it defers, whatever the limit', async () => {
      await scheduleDue(ids.slice(0, 7), SLOW);
      await scheduleDue(ids.slice(7), WELL);
      const batch = await claim({ limit: 1, terms: terms(0) });
      expect(taken(batch)).to.deep.equal(ids.slice(7));
      expect(deferred(batch)).to.deep.equal(ids.slice(0, 7));
    });

    it('takes by id what it deferred, before anything else, and counts it', async () => {
      const [a = '', b = '', c = '', d = ''] = ids;
      await scheduleDue([a, b, c], SLOW);
      await claim({ terms: terms(0) });
      await scheduleDue([d], WELL);
      const batch = await claim({ limit: 2, terms: terms(1, { ids: [c, b] }) });
      expect(taken(batch)).to.deep.equal([c, d]);
      expect((await state()).messages[c]).to.include({ status: 'delivering', attempt: '1' });
      expect(deferred(batch)).to.deep.equal([]);
    });

    it('ignores an id that is gone, failed, in flight, or due later by now', async () => {
      const [gone = '', failed = '', held = '', later = ''] = ids;
      await scheduleDue([gone, failed, held, later], SLOW);
      await claim({ terms: terms(0) });
      await store.messages.cancel(gone);
      const [message] = (await claim({ terms: terms(1, { ids: [failed] }) })).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      await store.leases.settle(message, { kind: 'fail', error: 'e' }, RECORD);
      await claim({ terms: terms(1, { ids: [held] }) });
      const due = { dueAt: Date.now() + HOUR_MS, scheduleTo: 'later' };
      await store.messages.reschedule(later, { due, remove: [] });
      const before = await state();
      const batch = await claim({ terms: terms(9, { ids: [gone, failed, held, later, 'x'] }) });
      expect([taken(batch), deferred(batch)]).to.deep.equal([[], []]);
      expect(await state()).to.deep.equal(before);
    });

    it('repeated with its token gives the same batch, what it deferred included', async () => {
      await scheduleDue(ids, SLOW);
      const first = await claim({ token: 'again', terms: terms(3) });
      const before = await state();
      const again = await claim({ token: 'again', terms: terms(8, { ids: deferred(first) }) });
      expect(taken(again)).to.deep.equal(taken(first));
      expect(again.deferred).to.deep.equal(first.deferred);
      expect(again.deferred).to.have.length(5);
      expect(await state()).to.deep.equal(before);
    });

    it('leaves a message whose lease ran out with its holder, who may still settle it', async () => {
      const [a = ''] = ids;
      await scheduleDue([a], SLOW);
      const [message] = (await claim({ leaseMs: 1 })).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      while ((await redisNow(redis.current.client)) <= Number((await state()).due[a]));
      const batch = await claim({ terms: terms(0) });
      expect([taken(batch), deferred(batch)]).to.deep.equal([[], [a]]);
      const { messages, due, delivering } = await state();
      expect(messages[a]).to.include({ status: 'delivering', attempt: '1' });
      expect([delivering[a], Number(messages[a]?.leaseUntil)]).to.deep.equal([due[a], due[a]]);
      expect(await store.leases.settle(message, { kind: 'complete' }, RECORD)).to.equal(
        'completed',
      );
    });

    it('takes what has expired without a place: it is not sent', async () => {
      const [a = '', b = ''] = ids;
      await scheduleDue([a], SLOW, { notAfter: Date.now() - 1000 });
      await scheduleDue([b], SLOW);
      const batch = await claim({ terms: terms(0) });
      expect([taken(batch), deferred(batch)]).to.deep.equal([[a], [b]]);
      expect(batch.messages[0]?.expired).to.equal(true);
    });

    it('defers a bounded number at a time, and yet reaches what fell due last', async () => {
      const [well = '', ...many] = idsIn(store, partition, 300);
      await scheduleDue(many, SLOW);
      await scheduleDue([well], WELL);
      const first = await claim({ terms: terms(0) });
      expect(taken(first)).to.deep.equal([well]);
      expect(deferred(first).length).to.be.within(200, 220);
      expect(first.moreDue).to.equal(true);
      const second = await claim({ terms: terms(0) });
      expect(second.moreDue).to.equal(false);
      expect([...deferred(first), ...deferred(second)].sort()).to.deep.equal(many.sort());
    });

    it('is not taken for something lost: the audit mends nothing, and nothing is overdue', async () => {
      await scheduleDue(ids, SLOW);
      await claim({ terms: terms(0) });
      const before = await state();
      expect((await auditAll(store)).rearmed).to.equal(0);
      expect(await state()).to.deep.equal(before);
      const overdue = (await store.upkeep.peek(0)).map((one) => one.overdue);
      expect(Math.max(...overdue)).to.equal(0);
      expect((await store.stats.read([HOUR_MS])).oldestOverdueMs).to.equal(0);
    });

    it('is not stopped by a message that names no receiver', async () => {
      const [a = '', b = '', c = ''] = ids;
      await scheduleDue([a, b, c], SLOW);
      const { client } = redis.current;
      await client.hdel(store.keys.message(a), 'webhookUrl', 'dueAt');
      await client.hset(store.keys.message(b), { webhookUrl: 'no URL\t', dueAt: 'never' });
      const origins = new Map([['', { places: 1, deferMs: DEFER_MS }]]);
      const batch = await claim({ terms: terms(0, { origins, ids: [a, b] }) });
      expect(taken(batch)).to.deep.equal([a, c]);
      expect(batch.deferred).to.deep.equal([{ id: b, origin: '' }]);
    });

    it('works when Redis is full', async () => {
      await scheduleDue(ids.slice(0, 2), SLOW);
      const { client } = redis.current;
      await client.config('SET', 'maxmemory', '1');
      const batch = await claim({ terms: terms(1) }).finally(() =>
        client.config('SET', 'maxmemory', '0'),
      );
      expect([taken(batch), deferred(batch)]).to.deep.equal([[ids[0]], [ids[1]]]);
    });

    it('a release may defer, too: due as before, attention later', async () => {
      const [a = ''] = ids;
      await scheduleDue([a], SLOW);
      const [message] = (await claim()).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      const release = { kind: 'release', deferMs: DEFER_MS } as const;
      const before = await redisNow(redis.current.client);
      expect(await store.leases.settle(message, release, RECORD)).to.equal('released');
      const first = await state();
      expect(first.messages[a]).to.include({ status: 'scheduled', attempt: '0' });
      expect(first.due[a]).to.be.at.least(before + DEFER_MS);
      expect(first.shadows[a]).to.equal(first.due[a]);
      expect(await store.leases.settle(message, release, RECORD)).to.equal('released');
      expect(await state()).to.deep.equal(first);
    });
  });
}
