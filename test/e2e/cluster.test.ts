import { expect } from 'chai';
import { clusterTopology, useCluster } from '../support/cluster.ts';
import { useReceiver } from '../support/receiver.ts';
import { messagesDue, scheduleAll, type ToSchedule } from '../support/schedule.ts';
import { type ServiceProcess, useServicesWith } from '../support/service.ts';
import { newMessage, openStoreAt } from '../support/store.ts';
import { until } from '../support/until.ts';

/** An attempt that was under way when its master died is made again this soon, in ms. */
const SHORT_LEASE = { WEBHOOK_TIMEOUT_MS: '500', WEBHOOK_LEASE_MS: '1000' };

interface Stats {
  readonly messages: { readonly scheduled: number; readonly delivering: number };
  readonly events: { readonly mode: string };
}

const UNKNOWN = { scheduled: Number.NaN, delivering: Number.NaN };

describe('a service on a Redis Cluster', function () {
  this.timeout(60_000);
  const cluster = useCluster({ replicas: 1 });
  const receiver = useReceiver();
  const start = useServicesWith(() => cluster.current.env);

  /** Messages due one after the other, every `everyMs` from half a second on. */
  function spread(count: number, everyMs: number): ToSchedule[] {
    const first = Date.now() + 500;
    const messages = messagesDue(count, 0, receiver.current.url);
    return messages.map((message, i) => ({ ...message, dueAt: first + i * everyMs }));
  }

  const arrived = () => receiver.current.countById();

  async function allArrived(count: number): Promise<void> {
    await until('all have arrived', () => arrived().size === count, 30_000);
  }

  /** `undefined` while a master is being replaced. */
  async function statsOf(service: ServiceProcess): Promise<Stats | undefined> {
    const response = await service.call('GET', '/stats');
    return response.ok ? ((await response.json()) as Stats) : undefined;
  }

  async function nothingPending(service: ServiceProcess): Promise<void> {
    await until('nothing is pending', async () => {
      const { scheduled, delivering } = (await statsOf(service))?.messages ?? UNKNOWN;
      return scheduled + delivering === 0;
    });
  }

  /** Resolves when a service is subscribed at exactly the masters, and has proven it. */
  async function eventsFlow(service: ServiceProcess): Promise<void> {
    await until('subscribed at every master', async () => {
      const masters = await cluster.current.masters();
      const counts = masters.map(({ client }) => client.pubsub('NUMSUB', '__keyevent@0__:expired'));
      return (await Promise.all(counts)).every(([, count]) => Number(count) > 0);
    });
    await until('proven', async () => (await statsOf(service))?.events.mode === 'on');
  }

  it('delivers from every partition, once each and never early', async () => {
    const [service] = (await Promise.all([start(), start()])) as [ServiceProcess, ServiceProcess];
    const messages = spread(200, 3);
    await scheduleAll(service, messages);
    expect((await service.call('GET', '/health')).status).to.equal(200);
    await receiver.current.waitFor(messages.length);
    await nothingPending(service);
    expect([...arrived().values()].every((times) => times === 1)).to.equal(true);
    const due = new Map(messages.map(({ id, dueAt }) => [id, dueAt]));
    for (const { id, at } of receiver.current.received) {
      expect(at).to.be.at.least(due.get(id) ?? Number.NaN);
    }
  });

  it('a replica promoted in place: delivers once each, its events are proven again', async () => {
    const service = await start();
    await eventsFlow(service);
    const [master] = await cluster.current.masters();
    if (master === undefined) throw new Error('no master');
    await cluster.current.failOver(master);
    const messages = spread(200, 3);
    await scheduleAll(service, messages);
    await receiver.current.waitFor(messages.length);
    await nothingPending(service);
    expect([...arrived().values()].every((times) => times === 1)).to.equal(true);
    await eventsFlow(service);
  });

  it('slots moved during a burst: delivers once each', async () => {
    await Promise.all([start(), start()]);
    const store = await openStoreAt(clusterTopology(cluster.current), { partitions: 64 });
    const dueAt = Date.now() + 1000;
    const ids = Array.from({ length: 1000 }, (_, i) => `m-${i}`);
    const { url: webhookUrl } = receiver.current;
    await Promise.all(
      ids.map((id) => store.messages.schedule(newMessage(id, dueAt, { webhookUrl }))),
    );
    await receiver.current.waitFor(1);
    for (const partition of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const key = store.keys.dueIndex(partition);
      const from = await cluster.current.masterOf(key);
      const to = (await cluster.current.masters()).find(({ id }) => id !== from.id) ?? from;
      await cluster.current.moveSlot(await cluster.current.slotOf(key), from, to);
    }
    await store.stop();
    await allArrived(ids.length);
    expect([...arrived().values()].every((times) => times === 1)).to.equal(true);
  });

  it('a master killed under load: delivers all that its replica had, and hears events again', async () => {
    const [service] = (await Promise.all([start(SHORT_LEASE), start(SHORT_LEASE)])) as [
      ServiceProcess,
      ServiceProcess,
    ];
    const messages = spread(250, 10);
    await scheduleAll(service, messages);
    const masters = await cluster.current.masters();
    await Promise.all(masters.map(({ client }) => client.wait(1, 1000)));
    await receiver.current.waitFor(10);
    masters[0]?.server.process.kill('SIGKILL');
    await allArrived(messages.length);
    await nothingPending(service);
    await eventsFlow(service);
  });

  it('stops while a master is being replaced', async () => {
    const service = await start();
    const [master] = await cluster.current.masters();
    await scheduleAll(service, messagesDue(50, Date.now(), receiver.current.url));
    master?.server.process.kill('SIGKILL');
    await service.logged('a Redis node is unreachable');
    expect(await service.end()).to.equal(0);
  });

  it('stops while no node answers', async () => {
    const service = await start();
    for (const { server } of cluster.current.nodes) server.process.kill('SIGSTOP');
    await service.logged('a Redis node is unreachable');
    expect(await service.end()).to.equal(0);
    for (const { server } of cluster.current.nodes) server.process.kill('SIGCONT');
  });
});
