import { expect } from 'chai';
import type { ListingPage, ListingQuery } from '../../../src/store/listing.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { type Seed, seedMessages } from '../../support/seed.ts';
import { openStore } from '../../support/store.ts';

/** An instant far ahead. */
const AT = Date.UTC(2090, 0, 1);

const BASE: ListingQuery = { index: 'due', limit: 1000, filter: {} };

/** Ids in an order that neither UTF-16 nor a locale would give them. */
const ODD_IDS = ['A', 'B', 'a', 'a ', 'a!', 'b', 'z', '{1}:a', 'é', '\ue000', '\uffff', '😀', '🚀'];

const idsOf = ({ messages }: ListingPage) => messages.map(({ id }) => id);

/** Cut short, overlong, half of a surrogate pair, past the last character, and never any. */
const NO_UTF8 = ['c3', '61c3', 'c328', 'c080', 'e08080', 'eda080', 'f09f98', 'f4908080', 'fffe'];

/** More than any walk here takes. */
const MAX_PAGES = 500;

for (const partitions of [1, 5]) {
  describe(`listing in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    const seed = (seeds: readonly Seed[]) => seedMessages(redis.current.client, store.keys, seeds);
    const page = (over: Partial<ListingQuery> = {}) => store.listing.page({ ...BASE, ...over });

    /** All pages from first to last. */
    async function walk(over: Partial<ListingQuery>): Promise<ListingPage[]> {
      const pages = [await page(over)];
      for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
        pages.push(await page({ ...over, after: next }));
        if (pages.length > MAX_PAGES) throw new Error('the walk does not end');
      }
      return pages;
    }

    it('of nothing is empty', async () => {
      expect(await page()).to.deep.equal({ messages: [], next: undefined, total: 0 });
    });

    it('has what a row needs, from the hash; a method only when one is given', async () => {
      await seed([
        { id: 'a', at: AT + 500, fields: { status: 'delivering', dueAt: AT, method: 'PUT' } },
        { id: 'b', at: AT + 600 },
      ]);
      const rest = { webhookUrl: 'http://127.0.0.1:9/hook', tags: [] };
      expect((await page()).messages).to.deep.equal([
        { id: 'a', status: 'delivering', method: 'PUT', dueAt: AT, ...rest },
        { id: 'b', status: 'scheduled', method: 'POST', dueAt: AT + 600, ...rest },
      ]);
    });

    it('is ordered by score, and equal scores by the bytes of the id, over all partitions', async () => {
      const byBytes = [...ODD_IDS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      await seed([...ODD_IDS.map((id) => ({ id, at: AT })), { id: 'first', at: AT - 1 }]);
      await seed([{ id: 'before 1970', at: -5 }]);
      expect(idsOf(await page())).to.deep.equal(['before 1970', 'first', ...byBytes]);
      for (const limit of [1, 2, 3, 15]) {
        const pages = await walk({ limit });
        expect(pages.flatMap(idsOf)).to.deep.equal(['before 1970', 'first', ...byBytes]);
        for (const { messages } of pages.slice(0, -1)) expect(messages).to.have.length(limit);
      }
    });

    it('knows its last page, also when it is full', async () => {
      await seed([1, 2, 3].map((i) => ({ id: `m${i}`, at: AT + i })));
      expect((await page({ limit: 3 })).next).to.equal(undefined);
      expect((await page({ limit: 2 })).next).to.deep.equal({ score: String(AT + 2), id: 'm2' });
    });

    it('comes by 20,000 messages of the very same score exactly once each', async () => {
      const ids = Array.from({ length: 20_000 }, (_, i) => `order-${i}`);
      await seed(ids.map((id) => ({ id, at: AT })));
      const pages = await walk({ limit: 997 });
      expect(pages).to.have.length(Math.ceil(20_000 / 997));
      expect(pages.flatMap(idsOf)).to.deep.equal(ids.sort());
      for (const { total } of pages) expect(total).to.equal(20_000);
    });

    it('finds its place when the entry it stood at has gone or moved', async () => {
      const ids = Array.from({ length: 40 }, (_, i) => `m${String(i).padStart(2, '0')}`);
      await seed(ids.map((id) => ({ id, at: AT })));
      const { client } = redis.current;
      for (const at of [0, 1, 19, 38, 39]) {
        const id = ids[at] ?? '';
        const rest = ids.slice(at + 1);
        const index = store.keys.dueIndex(store.keys.partitionOf(id));
        const after = { score: String(AT), id };
        expect(idsOf(await page({ after }))).to.deep.equal(rest);
        await client.zadd(index, AT + 1, id);
        expect(idsOf(await page({ after })), 'later').to.deep.equal([...rest, id]);
        await client.zadd(index, AT - 1, id);
        expect(idsOf(await page({ after })), 'earlier').to.deep.equal(rest);
        await client.zrem(index, id);
        expect(idsOf(await page({ after })), 'gone').to.deep.equal(rest);
        await client.zadd(index, AT, id);
      }
    });

    it('passes by members that are no UTF-8, which no place could name', async () => {
      const { client } = redis.current;
      const ids = ['a', 'z', 'é', 'ß', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'];
      await seed(ids.map((id) => ({ id, at: AT })));
      for (const partition of store.keys.allPartitions()) {
        for (const hex of NO_UTF8) {
          await client.zadd(store.keys.dueIndex(partition), AT, Buffer.from(hex, 'hex'));
        }
        const many = Array.from({ length: 3000 }, (_, i) => Buffer.from(`7aff${i + 1000}`, 'hex'));
        await client.zadd(store.keys.dueIndex(partition), ...many.flatMap((id) => [AT, id]));
      }
      const byBytes = ids.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (const limit of [1, 2, 1000]) {
        expect((await walk({ limit })).flatMap(idsOf)).to.deep.equal(byBytes);
      }
    });

    it('takes any place: before all, after all, between, of ids never seen', async () => {
      await seed(['b', 'd'].map((id) => ({ id, at: AT })));
      const from = async (score: number | string, id: string) =>
        idsOf(await page({ after: { score: String(score), id } }));
      expect(await from('-inf', 'z')).to.deep.equal(['b', 'd']);
      expect(await from(AT - 1, 'z')).to.deep.equal(['b', 'd']);
      expect(await from(AT, '')).to.deep.equal(['b', 'd']);
      expect(await from(AT, 'a')).to.deep.equal(['b', 'd']);
      expect(await from(AT, 'bb')).to.deep.equal(['d']);
      expect(await from(AT, 'd\u0000')).to.deep.equal([]);
      expect(await from(AT + 0.5, 'a')).to.deep.equal([]);
      expect(await from('inf', '')).to.deep.equal([]);
    });

    it('keeps to a window, from its start to before its end, and counts what it has', async () => {
      await seed([0, 1, 2, 3, 4].map((i) => ({ id: `m${i}`, at: AT + i })));
      const window = { from: AT + 1, to: AT + 4 };
      const pages = await walk({ ...window, limit: 2 });
      expect(pages.map(idsOf)).to.deep.equal([['m1', 'm2'], ['m3']]);
      expect(pages.map(({ total }) => total)).to.deep.equal([3, 3]);
      expect(idsOf(await page({ from: AT + 3 }))).to.deep.equal(['m3', 'm4']);
      expect(idsOf(await page({ to: AT + 1 }))).to.deep.equal(['m0']);
      expect(await page({ from: AT + 9 })).to.deep.include({ messages: [], total: 0 });
      // A place outside of the window does not lead out of it.
      const outside = { score: String(AT - 9), id: 'm0' };
      expect(idsOf(await page({ ...window, after: outside }))).to.deep.equal(['m1', 'm2', 'm3']);
    });

    it('filters by status, tag and host, and counts without them', async () => {
      await seed([
        { id: 'a', at: AT, fields: { tags: '["x","y"]' } },
        { id: 'b', at: AT + 1, fields: { tags: '["y"]', status: 'delivering' } },
        { id: 'c', at: AT + 2, fields: { webhookUrl: 'https://Receiver.example/x' } },
        { id: 'd', at: AT + 3, fields: { tags: 'damaged' } },
      ]);
      const filtered = async (filter: ListingQuery['filter']) => {
        const { messages, total } = await page({ filter });
        expect(total).to.equal(4);
        return messages.map(({ id }) => id);
      };
      expect(await filtered({ tag: 'y' })).to.deep.equal(['a', 'b']);
      expect(await filtered({ tag: 'x', status: 'delivering' })).to.deep.equal([]);
      expect(await filtered({ status: 'delivering' })).to.deep.equal(['b']);
      expect(await filtered({ status: 'scheduled' })).to.deep.equal(['a', 'c', 'd']);
      expect(await filtered({ host: { hostname: 'receiver.example' } })).to.deep.equal(['c']);
    });

    it('with a filter looks at 10,000 entries at most, and goes on from there', async () => {
      const seeds = Array.from({ length: 25_000 }, (_, i) => ({
        id: `m${String(i).padStart(5, '0')}`,
        at: AT,
        ...(i === 12_345 || i === 24_999 ? { fields: { tags: '["rare"]' } } : {}),
      }));
      await seed(seeds);
      const pages = await walk({ limit: 10, filter: { tag: 'rare' } });
      expect(pages.map(idsOf)).to.deep.equal([[], ['m12345'], ['m24999']]);
      expect(pages.map(({ next }) => next?.id)).to.deep.equal(['m09999', 'm19999', undefined]);
    });

    it('of the failed is by when they failed', async () => {
      await seed([
        { id: 'late', at: AT + 9, index: 'failed', fields: { dueAt: 5 } },
        { id: 'early', at: AT, index: 'failed', fields: { dueAt: 7, tags: '["x"]' } },
        { id: 'pending', at: AT },
      ]);
      const failed = await page({ index: 'failed' });
      expect(failed.messages.map(({ id, status }) => [id, status])).to.deep.equal([
        ['early', 'failed'],
        ['late', 'failed'],
      ]);
      expect(failed.total).to.equal(2);
      const tagged = await page({ index: 'failed', filter: { status: 'failed', tag: 'x' } });
      expect(idsOf(tagged)).to.deep.equal(['early']);
      expect(idsOf(await page({ index: 'failed', from: AT + 1 }))).to.deep.equal(['late']);
    });

    it('leaves out entries without a message, and still comes by all the others', async () => {
      const ids = Array.from({ length: 30 }, (_, i) => `m${String(i).padStart(2, '0')}`);
      await seed(ids.map((id) => ({ id, at: AT })));
      const { client } = redis.current;
      for (const [i, id] of ids.entries()) {
        if (i % 3 === 1) await client.del(store.keys.message(id));
        if (i % 3 === 2) await client.set(store.keys.message(id), 'a string');
      }
      const pages = await walk({ limit: 4 });
      expect(pages.flatMap(idsOf)).to.deep.equal(ids.filter((_, i) => i % 3 === 0));
    });

    it('of 100,000 messages is complete, page by page', async () => {
      const seeds = Array.from({ length: 100_000 }, (_, i) => ({
        id: `order-${i}`,
        at: AT + ((i * 7919) % 5000),
      }));
      await seed(seeds);
      const pages = await walk({ limit: 10_000 });
      const ids = pages.flatMap(idsOf);
      expect(pages.map(({ messages }) => messages.length)).to.deep.equal(Array(10).fill(10_000));
      expect(new Set(ids).size).to.equal(100_000);
      const times = pages.flatMap(({ messages }) => messages.map(({ dueAt }) => dueAt));
      expect(times.every((at, i) => i === 0 || at >= (times[i - 1] ?? 0))).to.equal(true);
    });
  });
}
