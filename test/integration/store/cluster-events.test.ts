import { expect } from 'chai';
import type { ClusterNode } from '../../../scripts/harness/redis-cluster.ts';
import { systemClock as clock } from '../../../src/runtime/clock.ts';
import type { Store } from '../../../src/store/store.ts';
import { ExpirySubscriber } from '../../../src/triggers/expiry-subscriber.ts';
import { clusterTopology, useCluster } from '../../support/cluster.ts';
import { newMessage, openStoreAt } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { type LogEntry, recordingLog } from '../../unit/support/log.ts';

const CHANNEL = '__keyevent@0__:expired';

describe('expired-key events of a Redis Cluster', function () {
  this.timeout(30_000);
  const cluster = useCluster({ replicas: 1 });
  let store: Store;
  let subscriber: ExpirySubscriber;
  let entries: LogEntry[];
  let woken: number[];
  let sweeps: number;

  async function start(): Promise<void> {
    store = await openStoreAt(clusterTopology(cluster.current), { partitions: 64 });
    const recorder = recordingLog();
    entries = recorder.entries;
    woken = [];
    sweeps = 0;
    subscriber = new ExpirySubscriber({
      feeds: store.expiryFeeds,
      wake: (partition) => woken.push(partition),
      sweep: () => {
        sweeps += 1;
      },
      clock,
      log: recorder.log,
    });
    await subscriber.start();
  }
  afterEach(async () => {
    await subscriber.stop();
    await store.stop();
  });

  const isOn = () => until('events are proven', () => subscriber.eventMode() === 'on');

  /** Resolves when exactly the masters that hold slots have us as a subscriber. */
  const subscribedAtMasters = () =>
    until('subscribed at every master, and nowhere else', async () => {
      const masters = new Set((await cluster.current.masters()).map(({ id }) => id));
      const counts = cluster.current.nodes.map(async ({ id, client }) => {
        const [, count] = await client.pubsub('NUMSUB', CHANNEL);
        return Number(count) === (masters.has(id) ? 1 : 0);
      });
      return (await Promise.all(counts)).every(Boolean);
    });

  /** A key of each partition expires: every one of them must be heard. */
  async function expectAllHeard(): Promise<void> {
    const partitions = store.keys.allPartitions();
    const ids = partitions.map((partition) => idIn(partition, 'due-'));
    woken = [];
    const past = Date.now() - 1;
    await Promise.all(ids.map((id) => store.messages.schedule(newMessage(id, past))));
    await until('they are heard', async () => {
      await Promise.all(partitions.map((partition) => store.upkeep.announce(partition)));
      return new Set(woken).size === partitions.length;
    });
    await Promise.all(ids.map((id) => store.messages.cancel(id)));
  }

  function idIn(partition: number, prefix: string): string {
    for (let i = 0; ; i += 1) {
      if (store.keys.partitionOf(prefix + i) === partition) return prefix + i;
    }
  }

  it('are heard from every master', async () => {
    await start();
    await isOn();
    await subscribedAtMasters();
    await expectAllHeard();
  });

  it('are degraded when one master sends none, and the log says which', async () => {
    const masters = await cluster.current.masters();
    const [deaf] = masters as [ClusterNode];
    await deaf.client.config('SET', 'notify-keyspace-events', '');
    // As the least of users it may not switch them on itself.
    await start();
    await until('degraded', () => subscriber.eventMode() === 'degraded');
    const warning = entries.find(({ msg }) => msg.startsWith('event mode is degraded'));
    expect(warning?.deaf).to.deep.equal([`127.0.0.1:${deaf.port}`]);
    await deaf.client.config('SET', 'notify-keyspace-events', 'Ex');
  });

  it('are followed to a replica that was promoted in place', async () => {
    await start();
    await isOn();
    const [master] = (await cluster.current.masters()) as [ClusterNode];
    const before = sweeps;
    await cluster.current.failOver(master);
    await subscribedAtMasters();
    await isOn();
    expect(sweeps).to.be.above(before);
    await expectAllHeard();
  });

  it('are followed to a node that was added, with the slots it is given', async () => {
    await start();
    await isOn();
    const key = store.keys.dueIndex(0);
    const [slot, from] = [await cluster.current.slotOf(key), await cluster.current.masterOf(key)];
    await store.messages.schedule(newMessage(idIn(0, 'kept-'), Date.now() + 3_600_000));
    const added = await cluster.current.addNode();
    await cluster.current.moveSlot(slot, from, added);
    await subscribedAtMasters();
    await isOn();
    await expectAllHeard();
  });
});
