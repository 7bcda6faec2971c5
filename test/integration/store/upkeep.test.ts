import { expect } from 'chai';
import type { DueHint } from '../../../src/store/due-hints.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { auditAll, newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;

for (const partitions of [1, 3]) {
  describe(`upkeep in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    it('peek announces the earliest due message of each partition and counts the overdue', async () => {
      const hints: DueHint[] = [];
      const now = await redisNow(redis.current.client);
      const offsets = { late: -5000, 'just due': -1, soon: 500, far: HOUR_MS };
      const earliest = new Map<number, number>();
      for (const [id, offset] of Object.entries(offsets)) {
        await store.messages.schedule(newMessage(id, now + offset));
        const partition = store.keys.partitionOf(id);
        earliest.set(partition, Math.min(offset, earliest.get(partition) ?? offset));
      }
      const stop = store.hints.listen((hint) => hints.push(hint));
      const states = await store.upkeep.peek(1000);
      stop();
      expect(states.reduce((sum, { overdue }) => sum + overdue, 0)).to.equal(1);
      expect(hints.map(({ partition }) => partition)).to.have.members([...earliest.keys()]);
      for (const { partition, dueInMs } of hints) {
        const offset = earliest.get(partition) ?? Number.NaN;
        expect(dueInMs).to.be.within(offset - 60_000, offset);
      }
    });

    it('audit mends what lost its index entry, its shadow key or both, and nothing else', async () => {
      const { client } = redis.current;
      const dueAt = Date.now() + HOUR_MS;
      for (const id of ['a', 'b', 'c', 'd']) await store.messages.schedule(newMessage(id, dueAt));
      const whole = await readState(client, store.keys);
      expect((await auditAll(store)).rearmed).to.equal(0);
      const index = (id: string) => store.keys.dueIndex(store.keys.partitionOf(id));
      await client.zrem(index('a'), 'a');
      await client.del(store.keys.shadow('b'));
      await client.zrem(index('c'), 'c');
      await client.del(store.keys.shadow('c'));
      expect((await auditAll(store)).rearmed).to.equal(3);
      expect(await readState(client, store.keys)).to.deep.equal(whole);
    });

    it('audit leaves alone what is not ours: strings, other hashes, other prefixes', async () => {
      const { client } = redis.current;
      await client.set('message:legacy', '{"id":"legacy"}');
      await client.hset('message:{99}:foreign', { name: 'x' });
      await client.hset('other:message:a', { id: 'a', status: 'scheduled', dueAt: '1' });
      await client.hset(store.keys.message('half'), { id: 'half' });
      const keys = (await client.keys('*')).sort();
      expect((await auditAll(store)).rearmed).to.equal(0);
      expect((await client.keys('*')).sort()).to.deep.equal(keys);
    });

    it('purge removes dead letters past the retention, oldest first, up to the limit', async () => {
      const { client } = redis.current;
      const now = await redisNow(client);
      const ids = ['x', 'y', 'z', 'young'];
      for (const [i, id] of ids.entries()) {
        const failedAt = id === 'young' ? now : now - 10_000 + i;
        await client.hset(store.keys.message(id), { id, status: 'failed', failedAt });
        await client.zadd(store.keys.failedIndex(store.keys.partitionOf(id)), failedAt, id);
      }
      const perPartition = await store.upkeep.purge(5000, 1);
      expect(perPartition).to.be.within(1, partitions);
      await store.upkeep.purge(5000, 10);
      const { messages, failed } = await readState(client, store.keys);
      expect(Object.keys(messages)).to.deep.equal(['young']);
      expect(failed).to.deep.equal({ young: now });
    });
  });
}
