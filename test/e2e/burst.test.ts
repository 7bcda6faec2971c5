import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';

describe('many at once', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

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
