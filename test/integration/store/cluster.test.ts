import { expect } from 'chai';
import type { ClusterNode } from '../../../scripts/harness/redis-cluster.ts';
import { type MessageError, StoreUnavailableError } from '../../../src/domain/errors.ts';
import { UnfitStoreError } from '../../../src/store/fitness.ts';
import type { ListingQuery } from '../../../src/store/listing.ts';
import type { Store } from '../../../src/store/store.ts';
import { openTransfer } from '../../../src/store/transfer-session.ts';
import { clusterTopology, useCluster } from '../../support/cluster.ts';
import { permitConfig } from '../../support/redis-user.ts';
import { auditAll, newMessage, openStore, openStoreAt, settingsOf } from '../../support/store.ts';

const DUE = Date.UTC(2099, 0, 1);

/** Enough for every one of 64 partitions to have some. */
const IDS = Array.from({ length: 400 }, (_, i) => `m${i}`);

describe('a store on a Redis Cluster', function () {
  this.timeout(30_000);
  const cluster = useCluster();
  let store: Store;

  const open = (options: { partitions?: number; keyPrefix?: string } = {}) =>
    openStoreAt(clusterTopology(cluster.current), { partitions: 64, ...options });

  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.stop());

  /** Schedules all ids, a second apart. */
  async function scheduleAll(from = DUE): Promise<void> {
    const messages = IDS.map((id, i) => {
      return newMessage(id, from + i * 1000, { tags: [i % 2 === 0 ? 'even' : 'odd'] });
    });
    await Promise.all(messages.map((message) => store.messages.schedule(message)));
  }

  /** All ids of a list, page by page. */
  async function walk(query: Partial<ListingQuery> = {}): Promise<string[]> {
    const ids: string[] = [];
    let after: ListingQuery['after'];
    do {
      const base = { index: 'due', filter: {}, limit: 90 } as const;
      const page = await store.listing.page({ ...base, ...query, ...(after && { after }) });
      ids.push(...page.messages.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    return ids;
  }

  /** Claims everything that is due, of every partition. */
  async function claimAll() {
    const batches = store.keys.allPartitions().map(async (partition) => {
      const request = { partition, limit: 100, leaseMs: 60_000, token: `t${partition}` };
      return (await store.leases.claim(request)).messages;
    });
    return (await Promise.all(batches)).flat();
  }

  const record = { attempt: 1, outcome: 'x', statusCode: 0, lateness: 0, duration: 0, error: '' };

  it('spreads messages over all masters, and each one’s keys lie together', async () => {
    await scheduleAll();
    const masters = await cluster.current.masters();
    const sizes = await Promise.all(masters.map(({ client }) => client.dbsize()));
    expect(Math.min(...sizes)).to.be.above(IDS.length / 2);
    const found = masters.map(({ client }) => client.keys('message:*'));
    expect((await Promise.all(found)).flat()).to.have.members(
      IDS.map((id) => store.keys.message(id)),
    );
  });

  it('lists, filters and counts across partitions as if they were one', async () => {
    await scheduleAll();
    expect(await walk()).to.deep.equal(IDS);
    expect(await walk({ filter: { tag: 'odd' } })).to.deep.equal(IDS.filter((_, i) => i % 2 === 1));
    const window = { from: DUE + 10_000, to: DUE + 20_000 };
    expect(await walk(window)).to.deep.equal(IDS.slice(10, 20));
    const { scheduled, failed, delivering } = await store.stats.read([1000]);
    expect({ scheduled, failed, delivering }).to.deep.equal({
      ...{ scheduled: IDS.length, failed: 0, delivering: 0 },
    });
  });

  it('claims, settles, logs and replays in every partition', async () => {
    await scheduleAll(Date.now() - 1_000_000);
    const claimed = await claimAll();
    expect(claimed.map(({ id }) => id)).to.have.members(IDS);
    const [completed, failed] = [claimed.slice(0, 200), claimed.slice(200)];
    const fail = { kind: 'fail', error: 'no' } as const;
    await Promise.all([
      ...completed.map((m) => store.leases.settle(m, { kind: 'complete' }, record)),
      ...failed.map((m) => store.leases.settle(m, fail, record)),
    ]);
    const { deliveries } = await store.deliveries.page({ limit: 1000 });
    expect(deliveries.map(({ id }) => id)).to.have.members(IDS);
    expect(deliveries.map(({ at }) => at)).to.deep.equal(
      deliveries.map(({ at }) => at).sort((a, b) => b - a),
    );
    const ids = await walk({ index: 'failed' });
    expect(ids).to.have.members(failed.map(({ id }) => id));
    await Promise.all(ids.map((id) => store.messages.replay(id)));
    expect(await walk()).to.have.members(ids);
    expect(await store.upkeep.purge(0, 1000)).to.equal(0);
  });

  it('answers each message of a batch, and a repeated key, whatever partitions they fall into', async () => {
    await store.messages.schedule(newMessage('m7', DUE));
    const tries = IDS.map((id) => store.messages.schedule(newMessage(id, DUE)));
    const outcomes = await Promise.allSettled(tries);
    const refused = IDS.filter((_, i) => outcomes[i]?.status === 'rejected');
    expect(refused).to.deep.equal(['m7']);
    const keyed = (id: string, fingerprint: string) =>
      store.messages
        .schedule(newMessage(id, DUE), { idempotency: { key: 'k', fingerprint } })
        .catch((error: MessageError) => error.code);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    expect(new Set(ids.map((id) => store.keys.partitionOf(id))).size).to.be.above(3);
    for (const id of ids) {
      expect(await keyed(id, id)).to.equal(id === 'a' ? 'scheduled' : 'key-reused');
      expect(await keyed(id, id)).to.equal(id === 'a' ? 'scheduled' : 'key-reused');
    }
  });

  it('walks over every master to mend what lost its index entry or shadow key', async () => {
    await scheduleAll();
    for (const id of IDS.slice(0, 50)) {
      const master = await cluster.current.masterOf(store.keys.shadow(id));
      await master.client.del(store.keys.shadow(id));
    }
    expect(await auditAll(store)).to.include({ rearmed: 50, foreign: 0 });
    expect(await auditAll(store)).to.include({ rearmed: 0, foreign: 0 });
  });

  it('is exported, removed and imported, into another number of partitions too', async () => {
    await scheduleAll();
    const redis = settingsOf(clusterTopology(cluster.current));
    const session = await openTransfer({ redis, keyPrefix: '', partitions: 64 }, 'write');
    const target = await openTransfer({ redis, keyPrefix: 'n:', partitions: 5 }, 'write');
    expect(await session.runningReplicas()).to.deep.equal(['test']);
    expect(await session.transfer.count()).to.equal(IDS.length);
    const exported = [];
    for await (const { messages, foreign } of session.transfer.walk()) {
      // What has the prefix already is not met again.
      expect(foreign).to.equal(0);
      exported.push(...messages);
    }
    expect(exported.map(({ id }) => id)).to.have.members(IDS);
    for (const fields of exported) {
      const { id = '', dueAt } = fields;
      const message = { fields, id, status: 'scheduled', at: Number(dueAt) } as const;
      expect((await target.transfer.restore(message, 'write')).verdict).to.equal('restored');
      expect(await session.transfer.remove(fields)).to.equal('removed');
    }
    expect(await session.transfer.count()).to.equal(0);
    const other = await open({ partitions: 5, keyPrefix: 'n:' });
    expect((await other.stats.read([])).scheduled).to.equal(IDS.length);
    await other.stop();
    session.close();
    target.close();
  });

  it('is refused with another number of partitions, as long as there are messages', async () => {
    await store.messages.schedule(newMessage('a', DUE));
    const refused = await open({ partitions: 8 }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(UnfitStoreError);
    expect(String(refused)).to.contain('"Changing PARTITIONS" in README.md');
    await store.messages.cancel('a');
    const other = await open({ partitions: 8 });
    await other.stop();
  });

  it('is refused to settings that name one of its nodes as a server by itself', async () => {
    const [first] = cluster.current.nodes;
    const refused = await openStore(first?.port ?? 0).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(UnfitStoreError);
    expect(String(refused)).to.contain('set REDIS_CLUSTER_NODES');
  });

  it('runs scripts that some of its nodes do not know', async () => {
    await scheduleAll();
    for (const { client } of await cluster.current.masters()) await client.script('FLUSH');
    expect(await walk()).to.deep.equal(IDS);
    expect((await store.stats.read([])).scheduled).to.equal(IDS.length);
  });

  it('switches events on at every master', async () => {
    const masters = await cluster.current.masters();
    const ends = await Promise.all(masters.map(({ client }) => permitConfig(client)));
    for (const { client } of masters) await client.config('SET', 'notify-keyspace-events', 'K');
    for (const { createFeed } of store.expiryFeeds.sources()) await createFeed().enableEvents();
    const flags = masters.map(({ client }) => client.config('GET', 'notify-keyspace-events'));
    const letters = (await Promise.all(flags)).map(([, value]) =>
      [...String(value)].sort().join(''),
    );
    expect(letters).to.deep.equal(['EKx', 'EKx', 'EKx']);
    for (const end of ends) await end();
  });

  describe('while a slot moves', () => {
    const id = 'm0';
    let slot: number;
    let from: ClusterNode;
    let to: ClusterNode;

    beforeEach(async () => {
      const key = store.keys.message(id);
      slot = await cluster.current.slotOf(key);
      from = await cluster.current.masterOf(key);
      to = (await cluster.current.masters()).find((node) => node.id !== from.id) as ClusterNode;
    });

    /** Everything in the slot, wherever it is by now. */
    async function keysInSlot(): Promise<string[]> {
      const found = [from, to].map(({ client }) => client.cluster('GETKEYSINSLOT', slot, 1000));
      return (await Promise.all(found)).flat().map(String).sort();
    }

    it('a script runs whole or not at all, wherever the keys are', async () => {
      const partition = store.keys.partitionOf(id);
      await store.messages.schedule(newMessage(id, Date.now() - 1000));
      const neighbour = IDS.slice(1).find((other) => store.keys.partitionOf(other) === partition);
      const claim = { partition, limit: 10, leaseMs: 60_000, token: 'first' };
      const [message] = (await store.leases.claim(claim)).messages;
      if (message === undefined || neighbour === undefined) throw new Error('nothing claimed');
      await cluster.current.openSlot(slot, from, to);
      const all = await keysInSlot();
      let moved = 1;
      while (moved > 0) {
        const tries = [
          store.messages.schedule(newMessage(neighbour, DUE)),
          store.leases.claim({ ...claim, token: 'second' }),
          store.leases.settle(message, { kind: 'complete' }, record),
          store.messages.cancel(id),
          store.stats.read([]),
        ];
        for (const outcome of await Promise.allSettled(tries)) {
          expect(outcome.status).to.equal('rejected');
          const { reason } = outcome as PromiseRejectedResult;
          expect(reason).to.be.instanceOf(StoreUnavailableError);
        }
        expect(await keysInSlot()).to.deep.equal(all);
        moved = await cluster.current.moveKeys(slot, from, to, 2);
      }
      await cluster.current.closeSlot(slot, to);
      expect(await store.leases.settle(message, { kind: 'complete' }, record)).to.equal(
        'completed',
      );
      await store.messages.schedule(newMessage(neighbour, DUE));
      expect(await walk()).to.deep.equal([neighbour]);
    });

    it('what a command on one key needs is found on either side', async () => {
      await store.messages.schedule(newMessage(id, DUE));
      await cluster.current.openSlot(slot, from, to);
      expect((await store.queries.message(id)).id).to.equal(id);
      while ((await cluster.current.moveKeys(slot, from, to)) > 0);
      expect((await store.queries.message(id)).id).to.equal(id);
      await cluster.current.closeSlot(slot, to);
      expect((await store.queries.message(id)).id).to.equal(id);
    });
  });
});
