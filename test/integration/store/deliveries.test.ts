import { expect } from 'chai';
import type { DeliveriesPage, DeliveriesQuery } from '../../../src/store/deliveries.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { openStore } from '../../support/store.ts';

/** An instant; log entries are seeded with times of their own. */
const AT = Date.UTC(2026, 0, 1);

interface LogSeed {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly sequence?: number;
  readonly fields?: Readonly<Record<string, string | number>>;
}

const seedIds = ({ deliveries }: DeliveriesPage) => deliveries.map(({ id }) => id);

/** More than any walk here takes. */
const MAX_PAGES = 500;

for (const partitions of [1, 5]) {
  describe(`deliveries in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    const page = (over: Partial<DeliveriesQuery> = {}) =>
      store.deliveries.page({ limit: 100, ...over });

    /** Adds entries to the logs; of one partition they must come oldest first. */
    async function seed(seeds: readonly LogSeed[]): Promise<void> {
      const pipeline = redis.current.client.pipeline();
      for (const { id, at, sequence = 0, fields } of seeds) {
        const entry = { id, attempt: 1, outcome: 'delivered', statusCode: 204, ...fields };
        const flat = Object.entries({ lateness: 2, duration: 7, ...entry }).flat();
        const log = store.keys.deliveryLog(store.keys.partitionOf(id));
        pipeline.xadd(log, `${at}-${sequence}`, ...flat.map(String));
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    }

    /** All pages from first to last. */
    async function walk(over: Partial<DeliveriesQuery>): Promise<DeliveriesPage[]> {
      const pages = [await page(over)];
      for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
        pages.push(await page({ ...over, after: next }));
        if (pages.length > MAX_PAGES) throw new Error('the walk does not end');
      }
      return pages;
    }

    it('of an empty log are none', async () => {
      expect(await page()).to.deep.equal({ deliveries: [], next: undefined });
      expect(await page({ id: 'a' })).to.deep.equal({ deliveries: [], next: undefined });
    });

    it('tell what the log has of an attempt', async () => {
      const failure = { attempt: 2, outcome: 'timeout', statusCode: 0, error: 'too slow' };
      await seed([
        { id: 'a', at: AT },
        { id: 'a', at: AT + 5, sequence: 3, fields: failure },
      ]);
      const partition = store.keys.partitionOf('a');
      const times = { lateness: 2, duration: 7, partition };
      expect((await page()).deliveries).to.deep.equal([
        { id: 'a', at: AT + 5, streamId: `${AT + 5}-3`, ...failure, ...times },
        {
          ...{ id: 'a', at: AT, streamId: `${AT}-0`, attempt: 1, outcome: 'delivered' },
          ...{ statusCode: 204, error: undefined, ...times },
        },
      ]);
    });

    it('come newest first over all partitions, each once, also of the same millisecond', async () => {
      const seeds = Array.from({ length: 300 }, (_, i) => ({
        id: `m${i}`,
        at: AT + Math.floor(i / 60),
        sequence: i,
      }));
      // Equal stream ids in different partitions.
      const twins = Array.from({ length: 40 }, (_, i) => `twin${i}`).filter(
        (id, i, all) =>
          all.findIndex((o) => store.keys.partitionOf(o) === store.keys.partitionOf(id)) === i,
      );
      await seed([...seeds, ...twins.map((id) => ({ id, at: AT + 9, sequence: 7 }))]);
      expect(twins).to.have.length(partitions);
      for (const limit of [1, 7, 1000]) {
        const ids = (await walk({ limit })).flatMap(seedIds);
        expect(ids.slice(0, partitions)).to.have.members(twins);
        expect(ids.slice(partitions)).to.deep.equal(seeds.map(({ id }) => id).reverse());
      }
    });

    it('are not repeated or left out because new ones come in', async () => {
      await seed(Array.from({ length: 20 }, (_, i) => ({ id: `m${i}`, at: AT + i })));
      const seen: string[] = [];
      let after: DeliveriesQuery['after'];
      for (let i = 0; i === 0 || after !== undefined; i += 1) {
        const found = await page({ limit: 3, ...(after === undefined ? {} : { after }) });
        seen.push(...seedIds(found));
        after = found.next;
        await seed([{ id: 'new', at: AT + 100 + i }]);
      }
      expect(seen).to.deep.equal(Array.from({ length: 20 }, (_, i) => `m${19 - i}`));
    });

    it('go on although the entry they stood at has been trimmed away', async () => {
      await seed(Array.from({ length: 6 }, (_, i) => ({ id: `m${i}`, at: AT + i })));
      const { next } = await page({ limit: 3 });
      const { client } = redis.current;
      await client.xdel(store.keys.deliveryLog(next?.partition ?? 0), next?.streamId ?? '');
      expect(
        (await walk(next === undefined ? {} : { after: next })).flatMap(seedIds),
      ).to.deep.equal(['m2', 'm1', 'm0']);
    });

    it('are filtered by message, outcome and time', async () => {
      await seed([
        { id: 'a', at: AT },
        { id: 'b', at: AT + 1, fields: { outcome: 'timeout' } },
        { id: 'a', at: AT + 2, fields: { outcome: 'timeout' } },
        { id: 'b', at: AT + 3 },
      ]);
      const times = async (over: Partial<DeliveriesQuery>) =>
        (await page(over)).deliveries.map(({ at }) => at - AT);
      expect(await times({ id: 'a' })).to.deep.equal([2, 0]);
      expect(await times({ outcome: 'timeout' })).to.deep.equal([2, 1]);
      expect(await times({ id: 'a', outcome: 'delivered' })).to.deep.equal([0]);
      expect(await times({ id: 'c' })).to.deep.equal([]);
      expect(await times({ from: AT + 2 })).to.deep.equal([3, 2]);
      expect(await times({ to: AT + 2 })).to.deep.equal([1, 0]);
      expect(await times({ from: AT + 1, to: AT + 3 })).to.deep.equal([2, 1]);
      expect(await times({ from: -5 })).to.deep.equal([3, 2, 1, 0]);
      for (const to of [0, -5, 1]) expect(await times({ to })).to.deep.equal([]);
      const windows = await walk({ from: AT + 1, to: AT + 3, limit: 1 });
      expect(windows.flatMap(seedIds)).to.deep.equal(['a', 'b']);
    });

    it('of a filtered log are looked for in 10,000 entries at most', async () => {
      const seeds = Array.from({ length: 12_000 }, (_, i) => ({ id: `m${i}`, at: AT + i }));
      await seed([{ id: 'x', at: AT - 1, fields: { outcome: 'timeout' } }, ...seeds]);
      const pages = await walk({ outcome: 'timeout', limit: 5 });
      expect(pages.map(seedIds)).to.deep.equal([[], ['x']]);
      expect(pages[0]?.next?.streamId).to.equal(`${AT + 2000}-0`);
    });
  });
}
