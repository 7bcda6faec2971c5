import { expect } from 'chai';
import type { Store } from '../../../src/store/store.ts';
import type { StoredFields } from '../../../src/store/transfer.ts';
import { everything } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { readState } from '../../support/redis-state.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { useTransfer } from '../../support/transfer.ts';

const DUE = Date.UTC(2099, 0, 1);
const TRANSIENT = ['claim', 'leaseUntil'];

for (const partitions of [1, 5]) {
  describe(`transfer: walk and remove in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    const open = useTransfer(() => redis.current.port, partitions);
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    async function walk(): Promise<{ found: Map<string, StoredFields>; foreign: number }> {
      const found = new Map<string, StoredFields>();
      let foreign = 0;
      for await (const step of open.current.transfer.walk()) {
        foreign += step.foreign;
        for (const fields of step.messages) found.set(fields.id ?? '', fields);
      }
      return { found, foreign };
    }

    /** A message in the midst of an attempt, with every field that such a one has. */
    async function claimed(id: string): Promise<void> {
      await store.messages.schedule(newMessage(id, Date.now() - 1000));
      const partition = store.keys.partitionOf(id);
      await store.leases.claim({ partition, limit: 1, leaseMs: 60_000, token: `t-${id}` });
    }

    it('meets every message, in any state, without its transient fields', async () => {
      const { client } = redis.current;
      for (let i = 0; i < 1200; i += 1) await store.messages.schedule(newMessage(`m:${i}`, DUE));
      await claimed('busy');
      const { found, foreign } = await walk();
      expect(foreign).to.equal(0);
      const { messages } = await readState(client, store.keys);
      expect(Object.keys(messages)).to.have.length(1201);
      for (const [id, hash] of Object.entries(messages)) {
        const kept = Object.entries(hash).filter(([name]) => !TRANSIENT.includes(name));
        expect(found.get(id)).to.deep.equal(Object.fromEntries(kept));
      }
      expect(messages.busy).to.include.keys(TRANSIENT);
    });

    it('counts, but does not take, hashes of others and strings not at all', async () => {
      const { client } = redis.current;
      await client.set('message:legacy', '{}');
      await client.hset('message:{99}:other', { id: 'other', status: 'scheduled' });
      await client.hset(store.keys.message('half'), { id: 'half' });
      const { found, foreign } = await walk();
      expect([found.size, foreign]).to.deep.equal([0, 2]);
    });

    it('removes a message in any state, from all places', async () => {
      const { client } = redis.current;
      await store.messages.schedule(newMessage('s', DUE));
      await claimed('d');
      const failed = { id: 'f', status: 'failed', failedAt: 1 };
      await client.hset(store.keys.message('f'), failed);
      await client.zadd(store.keys.failedIndex(store.keys.partitionOf('f')), 1, 'f');
      const { transfer } = open.current;
      expect(await transfer.count()).to.equal(3);
      for (const fields of (await walk()).found.values()) {
        expect(await transfer.remove(fields), fields.id).to.equal('removed');
        expect(await transfer.remove(fields), fields.id).to.equal('not-found');
      }
      expect(await transfer.count()).to.equal(0);
      const { messages, due, failed: dead, shadows } = await readState(client, store.keys);
      expect({ messages, due, dead, shadows }).to.deep.equal({
        ...{ messages: {}, due: {}, dead: {}, shadows: {} },
      });
    });

    for (const [what, change] of [
      ['has another value', { payload: '1' }],
      ['has a field more', { more: '1' }],
    ] as const) {
      it(`does not remove a message that ${what} by now`, async () => {
        const { client } = redis.current;
        await store.messages.schedule(newMessage('x', DUE));
        const fields = (await walk()).found.get('x') ?? {};
        await client.hset(store.keys.message('x'), change);
        const before = await everything(client);
        expect(await open.current.transfer.remove(fields)).to.equal('changed');
        expect(await everything(client)).to.deep.equal(before);
      });
    }

    it('does not remove a message that lost a field by now', async () => {
      await store.messages.schedule(newMessage('x', DUE));
      const fields = (await walk()).found.get('x') ?? {};
      await redis.current.client.hdel(store.keys.message('x'), 'createdAt');
      expect(await open.current.transfer.remove(fields)).to.equal('changed');
    });
  });
}
