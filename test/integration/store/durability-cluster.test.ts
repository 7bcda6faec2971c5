import { expect } from 'chai';
import { NotDurableError } from '../../../src/domain/errors.ts';
import type { Store } from '../../../src/store/store.ts';
import { clusterTopology, useCluster } from '../../support/cluster.ts';
import { newMessage, openStoreAt } from '../../support/store.ts';

const DUE = Date.UTC(2099, 0, 1);

/** Enough for every one of 64 partitions to have some. */
const IDS = Array.from({ length: 400 }, (_, i) => `m${i}`);

describe('changes that replicas have to receive, in a Redis Cluster', function () {
  this.timeout(30_000);
  const cluster = useCluster({ replicas: 1 });
  let store: Store;

  beforeEach(async () => {
    store = await openStoreAt(clusterTopology(cluster.current), {
      partitions: 64,
      durability: 'replica:1',
      commandTimeoutMs: 500,
    });
  });
  afterEach(() => store.stop());

  const scheduleAll = () =>
    Promise.all(
      IDS.map((id) =>
        store.messages
          .schedule(newMessage(id, DUE), { durability: 'replica:1', onConflict: 'replace' })
          .catch((error: unknown) => error),
      ),
    );

  it('are waited for at the master that holds each of them, and at no other', async () => {
    const [slow] = await cluster.current.masters();
    if (slow === undefined) throw new Error('there are masters');
    expect(new Set(await scheduleAll())).to.deep.equal(new Set(['scheduled']));
    const replica = await cluster.current.replicaOf(slow);
    replica.server.process.kill('SIGSTOP');
    const outcomes = await scheduleAll();
    replica.server.process.kill('SIGCONT');
    const held = await Promise.all(
      IDS.map(async (id) => (await cluster.current.masterOf(store.keys.message(id))) === slow),
    );
    expect(new Set(held)).to.deep.equal(new Set([true, false]));
    for (const [i, outcome] of outcomes.entries()) {
      if (held[i]) expect(outcome).to.be.instanceOf(NotDurableError);
      else expect(outcome).to.equal('replaced');
    }
  });
});
