import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { permitConfig } from '../support/redis-user.ts';
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
    const end = await permitConfig(client);
    const service = await start();
    await service.logged('expired-key events flow');
    const flags = (await client.config('GET', 'notify-keyspace-events'))[1] ?? '';
    expect([...flags].sort().join('')).to.equal('EKgx');
    await end();
  });
});
