import { expect } from 'chai';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { redisNow } from '../../support/redis-state.ts';
import { seedMessages } from '../../support/seed.ts';
import { openStore } from '../../support/store.ts';

const MINUTE_MS = 60_000;
const SPANS_MS = [MINUTE_MS, 60 * MINUTE_MS];

/** Far more than a test takes. */
const A_WHILE_MS = 30_000;

for (const partitions of [1, 5]) {
  describe(`stats in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    const seed = (ids: readonly string[], at: number, index: 'due' | 'failed' = 'due') =>
      seedMessages(
        redis.current.client,
        store.keys,
        ids.map((id) => ({ id, at, index })),
      );

    /** Marks messages as being delivered until their place in the due index. */
    async function deliver(ids: readonly string[], until: number): Promise<void> {
      await seed(ids, until);
      for (const id of ids) {
        const index = store.keys.deliveringIndex(store.keys.partitionOf(id));
        await redis.current.client.zadd(index, until, id);
      }
    }

    it('of nothing are zero', async () => {
      const before = await redisNow(redis.current.client);
      const { redisTime, ...counts } = await store.stats.read(SPANS_MS);
      expect(counts).to.deep.equal({
        ...{ scheduled: 0, delivering: 0, failed: 0 },
        ...{ due: [0, 0], overdue: 0, oldestOverdueMs: 0 },
      });
      expect(redisTime).to.be.within(before, await redisNow(redis.current.client));
    });

    it('count by status, and what falls due in each span without what is being delivered', async () => {
      const now = await redisNow(redis.current.client);
      await seed(['a', 'b', 'c'], now + A_WHILE_MS);
      await seed(['d', 'e'], now + 30 * MINUTE_MS);
      await seed(['f'], now + 100 * MINUTE_MS);
      await seed(['x', 'y'], now, 'failed');
      await deliver(['g', 'h'], now + A_WHILE_MS);
      const { redisTime: _, ...counts } = await store.stats.read(SPANS_MS);
      expect(counts).to.deep.equal({
        ...{ scheduled: 6, delivering: 2, failed: 2 },
        ...{ due: [3, 5], overdue: 0, oldestOverdueMs: 0 },
      });
    });

    it('tell for how long the message due first has waited', async () => {
      const now = await redisNow(redis.current.client);
      await seed(['late'], now - 5000);
      await seed(['later', 'latest'], now - 1000);
      await seed(['soon'], now + A_WHILE_MS);
      const { oldestOverdueMs, overdue, scheduled, due, redisTime } =
        await store.stats.read(SPANS_MS);
      // Each partition's figures are of its own moment; the time is that of the last one.
      expect(oldestOverdueMs).to.be.within(5000, redisTime - (now - 5000));
      expect([scheduled, overdue]).to.deep.equal([4, 3]);
      expect(due, 'what is overdue does not fall due any more').to.deep.equal([1, 1]);
    });

    it('are never negative, whatever the indexes say of each other', async () => {
      const { client } = redis.current;
      const at = (await redisNow(client)) + A_WHILE_MS;
      await client.zadd(store.keys.deliveringIndex(0), at, 'a', at, 'b');
      const { scheduled, delivering, due } = await store.stats.read(SPANS_MS);
      expect({ scheduled, delivering, due }).to.deep.equal({
        scheduled: 0,
        delivering: 2,
        due: [0, 0],
      });
    });
  });
}
