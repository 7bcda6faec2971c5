import { expect } from 'chai';
import { startProxy } from '../../scripts/harness/proxy.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll, type ToSchedule } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Without events a message may be this late, in ms (the promise is 1,500). */
const DEGRADED_LATENESS_MS = 1500;

describe('when events fail', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  afterEach(async () => {
    await redis.current.client.config('SET', 'notify-keyspace-events', 'Ex');
  });

  /** Messages due one after the other, every `everyMs` from half a second on. */
  function spread(count: number, everyMs: number): ToSchedule[] {
    const start = Date.now() + 500;
    return messagesDue(count, 0, receiver.current.url).map((message, i) => ({
      ...message,
      dueAt: start + i * everyMs,
    }));
  }

  /** Waits for all of them and checks: each once, none early, none later than promised. */
  async function expectDelivered(messages: readonly ToSchedule[]): Promise<void> {
    await receiver.current.waitFor(messages.length, 20_000);
    await until('nothing is pending', async () => {
      return (await redis.current.client.exists('index:due')) === 0;
    });
    expect(receiver.current.received).to.have.length(messages.length);
    const arrivals = new Map(receiver.current.received.map(({ id, at }) => [id, at]));
    for (const { id, dueAt } of messages) {
      expect(arrivals.get(id), id).to.be.within(dueAt, dueAt + DEGRADED_LATENESS_MS);
    }
  }

  it('notifications switched off under way: nothing lost, nothing twice, nothing late', async () => {
    const service = await start();
    await service.logged('expired-key events flow');
    await redis.current.client.config('SET', 'notify-keyspace-events', '');
    const messages = spread(200, 10);
    await scheduleAll(service, messages);
    await expectDelivered(messages);
  });

  it('notifications off and CONFIG refused: the service says so and delivers all the same', async () => {
    const { client } = redis.current;
    await client.config('SET', 'notify-keyspace-events', '');
    await client.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-config');
    const service = await start({ REDIS_USERNAME: 'app', REDIS_PASSWORD: 'pw' });
    await service.logged('event mode is degraded');
    const messages = spread(100, 10);
    await scheduleAll(service, messages);
    await expectDelivered(messages);
    expect((await client.config('GET', 'notify-keyspace-events'))[1]).to.equal('');
  });

  it('notifications off before the start: the service switches them on', async () => {
    const { client } = redis.current;
    await client.config('SET', 'notify-keyspace-events', 'Kg');
    const service = await start();
    await service.logged('expired-key events flow');
    const flags = (await client.config('GET', 'notify-keyspace-events'))[1] ?? '';
    expect([...flags].sort().join('')).to.equal('EKgx');
  });

  it('subscribers killed every 200 ms: nothing lost, nothing twice', async () => {
    const { client } = redis.current;
    const [first] = await Promise.all([start(), start()]);
    if (first === undefined) throw new Error('no service');
    const messages = spread(400, 10);
    let kills = 0;
    const killer = setInterval(() => {
      client.call('CLIENT', 'KILL', 'TYPE', 'pubsub').then(
        (killed) => {
          kills += Number(killed);
        },
        (error: unknown) => expect.fail(String(error)),
      );
    }, 200);
    try {
      await scheduleAll(first, messages);
      await expectDelivered(messages);
    } finally {
      clearInterval(killer);
    }
    expect(kills).to.be.above(10);
  });

  it('a subscriber link that silently swallows: nothing lost, and it is replaced', async () => {
    const proxy = await startProxy(redis.current.port);
    const service = await start({}, proxy.port);
    await service.logged('expired-key events flow');
    expect(proxy.connectionsNamed('agendamento:events')).to.equal(1);
    proxy.swallow('agendamento:events');
    const messages = spread(100, 10);
    await scheduleAll(service, messages);
    await expectDelivered(messages);
    await until('the link is opened anew', () => proxy.connectionsNamed('agendamento:events') > 1);
    const [, subscribers] = (await redis.current.client.pubsub(
      'NUMSUB',
      '__keyevent@0__:expired',
    )) as [string, number];
    expect(subscribers).to.be.at.least(1);
    await service.end();
    await proxy.close();
  });

  it('a command link that silently swallows: nothing lost, and it is replaced', async () => {
    const proxy = await startProxy(redis.current.port);
    const service = await start(
      {
        REDIS_TIMEOUT_MS: '300',
        WEBHOOK_TIMEOUT_MS: '500',
        WEBHOOK_LEASE_MS: '1500',
      },
      proxy.port,
    );
    const messages = spread(100, 20);
    await scheduleAll(service, messages);
    await receiver.current.waitFor(20);
    proxy.swallow('agendamento:commands');
    await receiver.current.waitFor(100, 20_000);
    await until('nothing is pending', async () => {
      return (await redis.current.client.exists('index:due')) === 0;
    });
    expect(new Set(receiver.current.received.map(({ id }) => id)).size).to.equal(100);
    await service.end();
    await proxy.close();
  });

  it('SCRIPT FLUSH under load: nothing lost, nothing twice', async () => {
    const { client } = redis.current;
    const service = await start();
    const messages = spread(400, 5);
    const flusher = setInterval(() => {
      client.script('FLUSH').catch((error: unknown) => expect.fail(String(error)));
    }, 10);
    try {
      await scheduleAll(service, messages);
      await expectDelivered(messages);
    } finally {
      clearInterval(flusher);
    }
  });
});
