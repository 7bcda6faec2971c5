import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

describe('many at once', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  /** What is left in Redis once nothing is pending, but for log and claim records. */
  async function leftovers(): Promise<string[]> {
    const left = await until('nothing is pending', async () => {
      const keys = await keysLeft(redis.current.client);
      return keys.some((key) => key.endsWith(':due')) ? undefined : keys;
    });
    return left.filter((key) => !/^(?:log:|claim:|canary:)/.test(key));
  }

  for (const [replicas, partitions] of [
    [1, 1],
    [3, 8],
  ] as const) {
    it(`delivers 2,000 due at one instant once each: ${replicas} replica(s), ${partitions} partition(s)`, async () => {
      const env = { PARTITIONS: String(partitions) };
      await Promise.all(Array.from({ length: replicas }, () => start(env)));
      const store = await openStore(redis.current.port, { partitions });
      const dueAt = Date.now() + 3000;
      const { url: webhookUrl } = receiver.current;
      const messages = Array.from({ length: 2000 }, (_, i) =>
        newMessage(`m-${i}`, dueAt, { webhookUrl }),
      );
      await Promise.all(messages.map((message) => store.messages.schedule(message)));
      await store.stop();
      expect(Date.now(), 'scheduled in time').to.be.below(dueAt);
      await receiver.current.waitFor(2000, 20_000);
      expect(await leftovers()).to.deep.equal([]);
      expect(receiver.current.received).to.have.length(2000);
      expect(new Set(receiver.current.received.map(({ id }) => id)).size).to.equal(2000);
      for (const { at, attempt } of receiver.current.received) {
        expect(at, 'not early').to.be.at.least(dueAt);
        expect(attempt).to.equal(1);
      }
    });
  }

  it('never has more attempts in flight than WEBHOOK_CONCURRENCY', async () => {
    const service = await start({ WEBHOOK_CONCURRENCY: '5' });
    let open = 0;
    let most = 0;
    receiver.current.answerWith((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(200).end();
      }, 10);
    });
    await scheduleAll(service, messagesDue(100, Date.now(), receiver.current.url));
    await receiver.current.waitFor(100);
    expect(most).to.equal(5);
  });

  it('accepts exactly one of 50 concurrent POSTs of one id', async () => {
    const service = await start();
    const body = {
      id: '5511999999999@s.whatsapp.net',
      scheduleTo: new Date(Date.now() + 3_600_000).toISOString(),
      payload: {},
      webhookUrl: receiver.current.url,
    };
    const posts = Array.from({ length: 50 }, () => service.call('POST', '/messages', body));
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).to.have.length(1);
    expect(statuses.filter((status) => status === 409)).to.have.length(49);
  });
});
