import { expect } from 'chai';
import type { DueHint } from '../../../src/store/due-hints.ts';
import { scriptSource } from '../../../src/store/scripts.ts';
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

    it('audit schedules what was written by hand, once', async () => {
      const { client } = redis.current;
      const hints: DueHint[] = [];
      const scheduleTo = '2099-01-31T10:00:00-03:00';
      const written = { scheduleTo, webhookUrl: 'http://receiver/hook', payload: '{"n":1}' };
      const stop = store.hints.listen((hint) => hints.push(hint));
      await client.hset(store.keys.message('bare'), written);
      await client.hset(store.keys.message('marked'), { ...written, id: 'x', status: 'scheduled' });
      expect(await auditAll(store)).to.include({ enrolled: 2, rearmed: 0 });
      const { messages, due, shadows } = await readState(client, store.keys);
      const dueAt = Date.parse(scheduleTo);
      expect(due).to.deep.equal({ bare: dueAt, marked: dueAt });
      expect(shadows).to.deep.equal(due);
      for (const id of ['bare', 'marked']) {
        const { createdAt, ...fields } = messages[id] ?? {};
        const added = { id, status: 'scheduled', attempt: '0', dueAt: String(dueAt) };
        expect(fields).to.deep.equal({ ...written, ...added });
        expect(Number(createdAt)).to.be.closeTo(await redisNow(client), 60_000);
      }
      stop();
      expect(hints).to.have.length(2);
      expect(await auditAll(store)).to.include({ enrolled: 0, rearmed: 0 });
    });

    it('audit says of what cannot be read why, and leaves it as it is', async () => {
      const { client } = redis.current;
      const good = { scheduleTo: '2099-01-01', webhookUrl: 'http://receiver/' };
      const bad: Record<string, [Record<string, string>, RegExp]> = {
        'no time': [{ webhookUrl: good.webhookUrl }, /^scheduleTo must/],
        'odd time': [{ ...good, scheduleTo: '2026-02-30' }, /^scheduleTo must/],
        'no url': [{ scheduleTo: good.scheduleTo }, /^webhookUrl must/],
        'odd url': [{ ...good, webhookUrl: 'ftp://receiver/' }, /^webhookUrl must/],
        'two\nlines': [good, /^its id has/],
      };
      for (const [id, [fields]] of Object.entries(bad)) {
        await client.hset(store.keys.message(id), fields);
      }
      const before = await readState(client, store.keys);
      const { enrolled, unreadable } = await auditAll(store);
      expect(enrolled).to.equal(0);
      expect(unreadable.map(({ id }) => id)).to.have.members(Object.keys(bad));
      for (const { id, reason } of unreadable) expect(reason).to.match(bad[id]?.[1] ?? /^$/);
      expect(await readState(client, store.keys)).to.deep.equal(before);
    });

    it('a hash that has changed since it was read is left for the next walk', async () => {
      const { client } = redis.current;
      const { keys } = store;
      const enrol = async (id: string, scheduleTo: string) => {
        const args = [...keys.ofMessage(id), id, scheduleTo, 1];
        return (await client.eval(scriptSource('enrol'), 3, ...args)) as [string];
      };
      await client.hset(keys.message('a'), { scheduleTo: '2098-01-01' });
      await store.messages.schedule(newMessage('b', Date.now() + HOUR_MS));
      const { scheduleTo = '' } = await client.hgetall(keys.message('b'));
      const replies = [await enrol('a', '2099-01-01'), await enrol('b', scheduleTo)];
      replies.push(await enrol('gone', scheduleTo));
      expect(replies.map(([tag]) => tag)).to.deep.equal(['changed', 'changed', 'changed']);
      expect((await readState(client, keys)).due).to.have.all.keys('b');
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
