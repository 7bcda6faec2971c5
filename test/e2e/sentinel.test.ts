import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { messagesDue, scheduleAll, type ToSchedule } from '../support/schedule.ts';
import { type SentinelGroup, startSentinelGroup } from '../support/sentinels.ts';
import { type ServiceProcess, useServicesWith } from '../support/service.ts';
import { until } from '../support/until.ts';

/** An attempt that was under way when the master died is made again this soon, in ms. */
const SHORT_LEASE = { WEBHOOK_TIMEOUT_MS: '500', WEBHOOK_LEASE_MS: '1000' };

describe('a service on what sentinels say is master', function () {
  this.timeout(60_000);
  let group: SentinelGroup;
  const receiver = useReceiver();
  const start = useServicesWith(() => group.sentinels.env);

  before(async () => {
    group = await startSentinelGroup();
  });
  after(() => group.stop());

  /** Messages due one after the other, every `everyMs` from half a second on. */
  function spread(count: number, everyMs: number, name: string): ToSchedule[] {
    const first = Date.now() + 500;
    const messages = messagesDue(count, 0, receiver.current.url, name);
    return messages.map((message, i) => ({ ...message, dueAt: first + i * everyMs }));
  }

  async function allArrived(count: number): Promise<void> {
    await until('all have arrived', () => receiver.current.countById().size === count, 30_000);
  }

  async function nothingPending(): Promise<void> {
    await until('nothing is pending', async () => {
      const { client } = await group.master();
      return (await client.exists('index:due')) === 0;
    });
  }

  /** Resolves when services are subscribed at the master of this moment, each with its events proven. */
  async function eventsFlow(...services: ServiceProcess[]): Promise<void> {
    await until('subscribed at the master', async () => {
      const { client } = await group.master();
      const [, count] = await client.pubsub('NUMSUB', '__keyevent@0__:expired');
      return Number(count) === services.length;
    });
    for (const service of services) {
      await until('proven', async () => {
        const stats = await service.call('GET', '/stats');
        // Not answered while the connections go over to the new master.
        if (!stats.ok) return false;
        return ((await stats.json()) as { events: { mode: string } }).events.mode === 'on';
      });
    }
  }

  it('finds the master, delivers once each, and follows a planned failover', async () => {
    const service = await start(SHORT_LEASE);
    await eventsFlow(service);
    const before = await group.master();
    const messages = spread(200, 10, 'planned');
    await scheduleAll(service, messages);
    await before.client.wait(2, 1000);
    await receiver.current.waitFor(20);
    await group.sentinels.failOver();
    await allArrived(messages.length);
    await nothingPending();
    expect((await group.master()).port).not.to.equal(before.port);
    await eventsFlow(service);
  });

  it('a master killed under load: delivers all that a replica had, and hears events again', async () => {
    const services = await Promise.all([start(SHORT_LEASE), start(SHORT_LEASE)]);
    const [service] = services as [ServiceProcess, ServiceProcess];
    await eventsFlow(...services);
    const messages = spread(200, 10, 'killed');
    await scheduleAll(service, messages);
    const master = await group.master();
    await master.client.wait(2, 1000);
    await receiver.current.waitFor(20);
    await master.crash();
    await allArrived(messages.length);
    await nothingPending();
    await eventsFlow(...services);
  });

  it('stops while there is no master', async () => {
    const service = await start();
    const master = await group.master();
    await master.crash();
    await service.logged('Redis is unreachable');
    expect(await service.end()).to.equal(0);
  });
});
