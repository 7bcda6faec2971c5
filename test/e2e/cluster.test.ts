import { expect } from 'chai';
import { useCluster } from '../support/cluster.ts';
import { useReceiver } from '../support/receiver.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { type ServiceProcess, useServicesWith } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Masters killed, slots moved and nodes added under load: see the scenarios of chaos. */
describe('a service on a Redis Cluster', function () {
  this.timeout(60_000);
  const cluster = useCluster({ replicas: 1 });
  const receiver = useReceiver();
  const start = useServicesWith(() => cluster.current.env);

  /** Schedules messages due one after the other; resolves when each has arrived, once and not early. */
  async function deliver(service: ServiceProcess, name: string): Promise<void> {
    const first = Date.now() + 500;
    const named = messagesDue(200, 0, receiver.current.url, name);
    const messages = named.map((message, i) => ({ ...message, dueAt: first + i * 3 }));
    receiver.current.received.length = 0;
    await scheduleAll(service, messages);
    await receiver.current.waitFor(messages.length);
    await until('nothing is pending', async () => {
      const pending = await service.call('GET', '/messages?limit=1');
      return ((await pending.json()) as { count: number }).count === 0;
    });
    const arrivals = new Map(receiver.current.received.map(({ id, at }) => [id, at]));
    expect(receiver.current.received).to.have.length(messages.length);
    for (const { id, dueAt } of messages) expect(arrivals.get(id), id).to.be.at.least(dueAt);
  }

  /** Resolves when a service is subscribed at every master, and has proven it. */
  async function eventsFlow(service: ServiceProcess): Promise<void> {
    await until('subscribed at every master', async () => {
      const masters = await cluster.current.masters();
      const counts = masters.map(({ client }) => client.pubsub('NUMSUB', '__keyevent@0__:expired'));
      return (await Promise.all(counts)).every(([, count]) => Number(count) > 0);
    });
    await until('proven', async () => {
      const stats = await service.call('GET', '/stats');
      return ((await stats.json()) as { events: { mode: string } }).events.mode === 'on';
    });
  }

  it('delivers from every partition, once each, also after a replica was promoted in place', async () => {
    const [service] = (await Promise.all([start(), start()])) as [ServiceProcess, ServiceProcess];
    await deliver(service, 'before');
    expect((await service.call('GET', '/health')).status).to.equal(200);
    const [master] = await cluster.current.masters();
    if (master === undefined) throw new Error('no master');
    await cluster.current.failOver(master);
    await deliver(service, 'after');
    await eventsFlow(service);
    const ready = await until('ready', async () => {
      const answer = await service.call('GET', '/readyz');
      return answer.status === 200 && ((await answer.json()) as { checks: object });
    });
    expect(ready.checks).to.include({ role: 'master', scripts: 'loaded', events: 'on' });
  });

  it('stops while no node answers', async () => {
    const service = await start();
    for (const { server } of cluster.current.nodes) server.process.kill('SIGSTOP');
    await service.logged('a Redis node is unreachable');
    expect((await service.call('GET', '/readyz')).status).to.equal(503);
    expect((await service.call('GET', '/livez')).status).to.equal(200);
    expect(await service.end()).to.equal(0);
    for (const { server } of cluster.current.nodes) server.process.kill('SIGCONT');
  });
});
