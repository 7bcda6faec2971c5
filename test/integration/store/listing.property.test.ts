import { expect } from 'chai';
import fc from 'fast-check';
import type { IndexPosition } from '../../../src/store/listing.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { seedMessages } from '../../support/seed.ts';
import { openStore } from '../../support/store.ts';

/** An instant far ahead. */
const AT = Date.UTC(2090, 0, 1);

/** More than any walk here takes. */
const MAX_PAGES = 200;

/** Few ids and few scores, so that changes hit what a walk stands at. */
const id = fc
  .tuple(fc.constantFrom('a', 'b', 'é', '😀', '\uffff'), fc.nat(12))
  .map((p) => p.join(''));
const at = fc.nat(2).map((offset) => AT + offset);

/** What happens between two pages. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, at }),
  fc.record({ kind: fc.constant('remove' as const), id }),
);

type Change = { kind: 'put'; id: string; at: number } | { kind: 'remove'; id: string };

const scenario = fc.record({
  start: fc.uniqueArray(fc.record({ id, at }), { selector: (seed) => seed.id, maxLength: 40 }),
  limit: fc.integer({ min: 1, max: 9 }),
  changes: fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }),
});

for (const partitions of [1, 5]) {
  describe(`a walk through a list that changes, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    const put = (messages: { id: string; at: number }[]) =>
      seedMessages(redis.current.client, store.keys, messages);

    async function remove(gone: string): Promise<void> {
      const index = store.keys.dueIndex(store.keys.partitionOf(gone));
      await redis.current.client.zrem(index, gone);
      await redis.current.client.del(store.keys.message(gone));
    }

    async function clear(): Promise<void> {
      const indexes = store.keys.allPartitions().map((p) => store.keys.dueIndex(p));
      await redis.current.client.del(...indexes);
    }

    /** What happens between two pages; the ids it concerns. */
    async function apply(changes: readonly Change[]): Promise<string[]> {
      for (const each of changes) {
        if (each.kind === 'put') await put([each]);
        else await remove(each.id);
      }
      return changes.map((each) => each.id);
    }

    /** Walks from page to page while things change; what was seen, and what changed. */
    async function walk(limit: number, changes: readonly Change[][]) {
      const seen: string[] = [];
      const changed: string[] = [];
      let after: IndexPosition | undefined;
      for (let step = 0; step === 0 || after !== undefined; step += 1) {
        if (step > MAX_PAGES) throw new Error('the walk does not end');
        const from = after === undefined ? {} : { after };
        const page = await store.listing.page({ index: 'due', limit, filter: {}, ...from });
        seen.push(...page.messages.map((message) => message.id));
        after = page.next;
        changed.push(...(await apply(changes[step] ?? [])));
      }
      return { seen, changed };
    }

    it('comes by what stays put exactly once', async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async ({ start, limit, changes }) => {
          await clear();
          await put(start);
          const { seen, changed } = await walk(limit, changes);
          const staying = start.map((seed) => seed.id).filter((each) => !changed.includes(each));
          for (const each of staying) {
            expect(seen.filter((other) => other === each).length, each).to.equal(1);
          }
        }),
        { numRuns: 150 },
      );
    });
  });
}
