import { expect } from 'chai';
import { apiAt, expectProblem, messageBody } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { scheduleOne } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

const METADATA = 'http://169.254.169.254/latest/meta-data/';

describe('where webhooks may go', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);
  const inAnHour = () => Date.now() + 3_600_000;

  it('a URL that leads elsewhere is refused at creation, by name, however it is spelled', async () => {
    const api = apiAt((await start({ API_LOCALE: 'en' })).url);
    for (const url of [
      METADATA,
      'https://0xa9fea9fe/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://0/',
    ]) {
      const problem = expectProblem(await api.post(messageBody('new', { webhookUrl: url })), 422);
      const { hostname } = new URL(url);
      expect(problem.errors).to.deep.equal([
        {
          field: 'webhookUrl',
          detail: `leads to ${hostname}, where the settings (WEBHOOK_NETWORKS and others) let no webhook go`,
        },
      ]);
    }
    expect(await keysLeft(redis.current.client, '*new*')).to.deep.equal([]);
  });

  it('in a batch and in a change, too', async () => {
    const api = apiAt((await start({ API_LOCALE: 'en' })).url);
    const bad = messageBody('bad', { webhookUrl: METADATA });
    const messages = [messageBody('good'), bad];
    const { text } = await api.send('POST', '/messages/batch', { messages });
    const { results } = JSON.parse(text) as { results: { status: number }[] };
    const statuses = results.map(({ status }) => status);
    expect(statuses).to.deep.equal([201, 422]);
    const change = await api.send('PATCH', '/messages/good', { webhookUrl: METADATA });
    expect(expectProblem(change, 422).detail).to.match(/^webhookUrl: leads to 169\.254\.169\.254/);
  });

  it('this machine and private networks are open, unless only public ones are', async () => {
    const urls = ['http://localhost:1/', 'http://10.0.0.1/', 'http://[::1]/', 'http://n8n/'];
    const open = apiAt((await start()).url);
    for (const [n, webhookUrl] of urls.entries()) {
      expect((await open.post(messageBody(`open-${n}`, { webhookUrl }))).status).to.equal(201);
    }
    const closed = apiAt((await start({ WEBHOOK_NETWORKS: 'public' })).url);
    const statuses = [];
    for (const [n, webhookUrl] of urls.entries()) {
      statuses.push((await closed.post(messageBody(`closed-${n}`, { webhookUrl }))).status);
    }
    // Where a name leads is found out when it is used.
    expect(statuses).to.deep.equal([422, 422, 422, 201]);
  });

  it('a message that leads elsewhere when it is sent fails at once and says so', async () => {
    const { client } = redis.current;
    const open = await start();
    const webhookUrl = receiver.current.url.replace('127.0.0.1', 'localhost');
    await scheduleOne(open, { id: 'a', dueAt: inAnHour(), webhookUrl });
    await open.end();
    const closed = await start({ WEBHOOK_DENY_CIDRS: '127.0.0.0/8,::1' });
    await closed.call('POST', '/messages/a/fire');
    await until('it failed', async () => (await client.zscore('index:failed', 'a')) !== null);
    const { attempt, lastError } = await client.hgetall('message:a');
    expect(attempt).to.equal('1');
    expect(lastError).to.match(/^localhost: (127\.0\.0\.1|::1) is in WEBHOOK_DENY_CIDRS$/);
    expect(receiver.current.received).to.deep.equal([]);
    const { text } = await apiAt(closed.url).get('/deliveries?outcome=refused');
    expect(JSON.parse(text)).to.have.nested.property('deliveries[0].id', 'a');
  });
});
