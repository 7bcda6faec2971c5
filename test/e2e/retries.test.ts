import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { scheduleOne } from '../support/schedule.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Short, and without jitter, so that the right times are exact. */
const RETRIES = {
  WEBHOOK_MAX_ATTEMPTS: '3',
  WEBHOOK_RETRY_BASE_MS: '200',
  WEBHOOK_RETRY_FACTOR: '2',
  WEBHOOK_RETRY_JITTER: '0',
};

/** Date headers and our two clocks count whole milliseconds. */
const ROUNDING_MS = 2;

describe('failed attempts', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  let service: ServiceProcess;

  before(async () => {
    service = await startService(redis.current.port, RETRIES);
  });
  after(() => service.end());

  it('are repeated with backoff until the receiver takes the message', async () => {
    const dueAt = Date.now() + 300;
    receiver.current.answerWith(({ attempt }, response) => {
      response.writeHead(attempt < 3 ? 500 : 200).end();
    });
    await scheduleOne(service, { id: 'a 1', dueAt, webhookUrl: receiver.current.url });
    await receiver.current.waitFor(3);
    const [first, second, third] = receiver.current.received;
    if (!first || !second || !third) throw new Error('three attempts');
    expect([first.attempt, second.attempt, third.attempt]).to.deep.equal([1, 2, 3]);
    expect(first.at).to.be.at.least(dueAt);
    expect(second.at - first.at, '200 ms').to.be.at.least(200 - ROUNDING_MS);
    expect(third.at - second.at, '400 ms').to.be.at.least(400 - ROUNDING_MS);
    for (const { headers, body } of [first, second, third]) {
      expect(headers).to.include({
        'webhook-id': 'a%201',
        'webhook-scheduled-for': new Date(dueAt).toISOString(),
      });
      expect(JSON.parse(body)).to.deep.equal({ id: 'a 1' });
    }
    await until('the message is gone', async () => {
      const keys = await keysLeft(redis.current.client, '*a 1');
      return keys.length === 0;
    });
  });

  it('leave the message visible as failed after the last one, and DELETE removes it', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(503).end());
    const { client } = redis.current;
    const dueAt = Date.now();
    await scheduleOne(service, { id: 'b', dueAt, webhookUrl: receiver.current.url });
    const failedAt = await until('it failed', async () => {
      return (await client.zscore('index:failed', 'b')) ?? undefined;
    });
    expect(receiver.current.received).to.have.length(3);
    expect(await client.hgetall('message:b')).to.include({
      id: 'b',
      status: 'failed',
      attempt: '3',
      failedAt,
      lastError: 'the receiver answered 503',
      payload: '{"id":"b"}',
    });
    expect(await client.exists('index:due', 'due:b')).to.equal(0);
    const log = await client.xrange('log:deliveries', '-', '+');
    const outcomes = log.map(([, entry]) => entry[entry.indexOf('outcome') + 1]);
    expect(outcomes).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect((await service.call('DELETE', '/messages/b')).status).to.equal(200);
    expect(await client.exists('index:failed', 'message:b')).to.equal(0);
  });

  it('count a receiver that cannot be reached', async () => {
    const { client } = redis.current;
    await scheduleOne(service, { id: 'c', dueAt: Date.now(), webhookUrl: 'http://127.0.0.1:1/' });
    await until('it failed', async () => (await client.zscore('index:failed', 'c')) !== null);
    const { attempt, lastError } = await client.hgetall('message:c');
    expect(attempt).to.equal('3');
    expect(lastError).to.match(/ECONNREFUSED/);
  });

  it('are kept with what the receiver answered', async () => {
    receiver.current.answerWith((_request, response) => {
      response.writeHead(422).end(Buffer.from('{"error":"não \xff"}', 'latin1'));
    });
    await scheduleOne(service, { id: 'd', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await until('it failed', async () => {
      return (await redis.current.client.zscore('index:failed', 'd')) !== null;
    });
    const response = await service.call('GET', '/messages/d');
    const { attempts } = (await response.json()) as { attempts: Record<string, unknown>[] };
    expect(attempts).to.have.length(3);
    for (const attempt of attempts) {
      expect(attempt).to.include({ statusCode: 422, answer: '{"error":"n\ufffdo \ufffd"}' });
    }
    // The log of all deliveries is for figures: it does without.
    const log = await redis.current.client.xrange('log:deliveries', '-', '+');
    expect(JSON.stringify(log)).not.to.contain('"answer"');
  });

  it('are the last one when the receiver has gone', async () => {
    const { client } = redis.current;
    receiver.current.answerWith((_request, response) => response.writeHead(410).end());
    await scheduleOne(service, { id: 'e', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await until('it failed', async () => (await client.zscore('index:failed', 'e')) !== null);
    expect(receiver.current.received).to.have.length(1);
    expect(await client.hget('message:e', 'lastError')).to.equal('the receiver answered 410');
  });

  it('are repeated when the receiver wants it, not sooner', async () => {
    receiver.current.answerWith(({ attempt }, response) => {
      const headers = { 'retry-after': '1' };
      response.writeHead(attempt === 1 ? 503 : 200, headers).end();
    });
    await scheduleOne(service, { id: 'f', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await receiver.current.waitFor(2);
    const [first, second] = receiver.current.received;
    if (!first || !second) throw new Error('two attempts');
    expect(second.at - first.at).to.be.at.least(1000 - ROUNDING_MS);
  });
});
