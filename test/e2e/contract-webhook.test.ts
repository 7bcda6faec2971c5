import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { type Api, apiAt, inMs, messageBody, rawMessageBody } from '../support/api.ts';
import { messageKeysLeft } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

const PAST = '2020-01-01T00:00:00Z';

/** What is written, and the instant it names. */
const TIMES: readonly [scheduleTo: string, nextRun: string][] = [
  ['2099-03-01T10:00:00-03:00', '2099-03-01T13:00:00.000Z'],
  ['2099-03-01T10:00:00+05:30', '2099-03-01T04:30:00.000Z'],
  ['2099-03-01T10:00:00+0300', '2099-03-01T07:00:00.000Z'],
  ['2099-03-01T10:00:00Z', '2099-03-01T10:00:00.000Z'],
  ['2099-03-01T10:00:00', '2099-03-01T10:00:00.000Z'],
  ['2099-03-01T10:00', '2099-03-01T10:00:00.000Z'],
  ['2099-03-01 10:00:00', '2099-03-01T10:00:00.000Z'],
  ['2099-03-01', '2099-03-01T00:00:00.000Z'],
  ['2099-03-01T10:00:00.123Z', '2099-03-01T10:00:00.123Z'],
  ['2099-03-01T10:00:00.123456-03:00', '2099-03-01T13:00:00.124Z'],
  ['2096-02-29T23:30:00-03:00', '2096-03-01T02:30:00.000Z'],
];

/** JSON texts that must arrive to the letter, numbers above all. */
const PAYLOADS = [
  '{"hello":"world","nested":{"list":[1,2,{"deep":null}]}}',
  '{}',
  '[]',
  '[1,"two",null,true,{"three":3}]',
  '"text"',
  '""',
  'null',
  'true',
  'false',
  '0',
  '1.0',
  '-0',
  '1E400',
  '1e-7',
  '0.1000',
  '12345678901234567890',
  '{"id":12345678901234567890,"price":1.0,"list":[1.50,-0.0,1E2]}',
  '"ação 日本語 🦄"',
  '"looks like { \\"payload\\": 1.0 } inside"',
  '{"payload":{"payload":1.0}}',
  '{"__proto__":{"a":1.0},"constructor":{"prototype":{}}}',
];

/** JSON texts that may be spelled anew: escapes, spaces, the order of members, members given twice. */
const RESPELLED = [
  '"\\u00e9 \\/ \\ud83e\\udd84 \\n \\" \\\\"',
  '{"b":1,"a":2,"10":3,"9":4}',
  '{"twice":1,"twice":2}',
  '{ "spaced" : [ 1 ,\t2 ] }',
];

describe('the webhook', () => {
  const receiver = useReceiver();
  const running = useService({ WEBHOOK_RETRY_BASE_MS: '20' });
  let api: Api;
  let client: Redis;
  const hook = (over: object) => ({ webhookUrl: `${receiver.current.url}/hook`, ...over });
  before(() => {
    ({ api, client } = running.current);
  });

  it('is a POST of the payload alone, with the headers of the attempt', async () => {
    const id = '5511999999999@s.whatsapp.net';
    const scheduleTo = '2020-03-01T10:00:00.5-03:00';
    await api.post(
      messageBody(id, hook({ scheduleTo, webhookUrl: `${receiver.current.url}/a?b=c` })),
    );
    await receiver.current.waitFor(1);
    const [webhook] = receiver.current.received;
    expect(webhook).to.include({ method: 'POST', path: '/a?b=c', body: '{"hello":"world"}' });
    expect(webhook?.headers).to.include({
      'content-type': 'application/json',
      'content-length': '17',
      'webhook-id': id,
      'webhook-attempt': '1',
      'webhook-scheduled-for': '2020-03-01T13:00:00.500Z',
    });
    expect(webhook?.headers).to.not.have.property('authorization');
  });

  it('carries an id outside visible ASCII percent-encoded', async () => {
    const id = 'ação 50% 🦄\\/"';
    await api.post(messageBody(id, hook({ scheduleTo: PAST })));
    await receiver.current.waitFor(1);
    const header = String(receiver.current.received[0]?.headers['webhook-id']);
    expect(header).to.equal('a%C3%A7%C3%A3o%2050%25%20%F0%9F%A6%84\\/"');
    expect(decodeURIComponent(header)).to.equal(id);
  });

  for (const payload of PAYLOADS) {
    it(`carries ${payload} byte for byte`, async () => {
      const { status, text } = await api.post(
        rawMessageBody('p', payload, hook({ scheduleTo: PAST })),
      );
      expect(status, text).to.equal(201);
      await receiver.current.waitFor(1);
      expect(receiver.current.received[0]?.body).to.equal(payload);
    });
  }

  for (const payload of RESPELLED) {
    it(`carries ${payload} as the same JSON`, async () => {
      await api.post(rawMessageBody('p', payload, hook({ scheduleTo: PAST })));
      await receiver.current.waitFor(1);
      const body = receiver.current.received[0]?.body ?? '';
      expect(JSON.parse(body)).to.deep.equal(JSON.parse(payload));
    });
  }

  it('of a message from the past is sent at once, but after the answer', async () => {
    let release: (() => void) | undefined;
    receiver.current.answerWith((_request, response) => {
      release = () => void response.writeHead(204).end();
    });
    // The receiver does not answer before the API has: were the webhook part of the request, it would hang.
    const posted = await api.post(messageBody('past', hook({ scheduleTo: PAST })));
    expect(posted.status).to.equal(201);
    await receiver.current.waitFor(1, 1000);
    release?.();
  });

  it('of a message due later is sent then, never before', async () => {
    const scheduleTo = inMs(300);
    await api.post(messageBody('later', hook({ scheduleTo })));
    await receiver.current.waitFor(1);
    const lateness = (receiver.current.received[0]?.at ?? 0) - Date.parse(scheduleTo);
    expect(lateness).to.be.within(0, 500);
  });

  it('is tried again after a failure, with the same id and the next attempt number', async () => {
    receiver.current.answerWith(({ attempt }, response) => {
      response.writeHead(attempt === 1 ? 500 : 200).end();
    });
    await api.post(messageBody('again', hook({ scheduleTo: PAST })));
    await receiver.current.waitFor(2);
    const sent = receiver.current.received.map(({ id, attempt, body, headers }) => {
      return [id, attempt, body, headers['webhook-scheduled-for']];
    });
    const rest = ['{"hello":"world"}', '2020-01-01T00:00:00.000Z'];
    expect(sent).to.deep.equal([
      ['again', 1, ...rest],
      ['again', 2, ...rest],
    ]);
  });

  it('once delivered leaves nothing of its message in Redis but a line in the log', async () => {
    await api.post(messageBody('done', hook({ scheduleTo: PAST })));
    await receiver.current.waitFor(1);
    await until('the message is settled', async () => (await client.xlen('log:deliveries')) === 1);
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    expect((await api.list()).text).to.equal('{"scheduledJobs":[],"count":0}');
    const [entry] = await client.xrange('log:deliveries', '-', '+');
    expect(entry?.[1].slice(0, 8).join(' ')).to.equal(
      'id done attempt 1 outcome delivered statusCode 204',
    );
  });

  it('still under way when its message is deleted is answered 202 and never repeated', async () => {
    const held: ServerResponse[] = [];
    receiver.current.answerWith(({ id }, response) => {
      if (id === 'recalled') held.push(response);
      else response.writeHead(204).end();
    });
    await api.post(messageBody('recalled', hook({ scheduleTo: PAST })));
    await receiver.current.waitFor(1);
    const cancelled = await api.cancel('recalled');
    expect(cancelled.status).to.equal(202);
    expect(JSON.parse(cancelled.text)).to.include({ status: 'removida', messageId: 'recalled' });
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    held[0]?.writeHead(500).end();
    await until('the attempt is settled', () =>
      running.current.service.logs.some(
        (line) => line.id === 'recalled' && line.result === 'not-found',
      ),
    );
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    // A retry would have been due after 20 ms, and so before this one.
    await api.post(messageBody('sentinel', hook({ scheduleTo: inMs(100) })));
    await receiver.current.waitFor(2);
    expect(receiver.current.received.map(({ id }) => id)).to.deep.equal(['recalled', 'sentinel']);
  });

  for (const [scheduleTo, nextRun] of TIMES) {
    it(`scheduleTo ${scheduleTo} is ${nextRun}`, async () => {
      const { status, text } = await api.post(messageBody('timed', { scheduleTo }));
      expect(status, text).to.equal(201);
      const { scheduledJobs } = JSON.parse((await api.list()).text);
      expect(scheduledJobs[0].nextRun).to.equal(nextRun);
      expect(await client.hget('message:timed', 'scheduleTo')).to.equal(scheduleTo);
    });
  }
});

describe('a restart of the service', () => {
  const redis = useRedis();
  const receiver = useReceiver();

  it('keeps everything scheduled and delivers it, also what fell due meanwhile', async () => {
    const first = await startService(redis.current.port);
    const api = apiAt(first.url);
    const soon = inMs(400);
    const later = inMs(1500);
    const webhookUrl = receiver.current.url;
    const ids = Array.from({ length: 20 }, (_, n) => `${n < 10 ? 'soon' : 'later'}-${n}`);
    for (const id of ids) {
      const scheduleTo = id.startsWith('soon') ? soon : later;
      expect((await api.post(messageBody(id, { scheduleTo, webhookUrl }))).status).to.equal(201);
    }
    await api.post(messageBody('far'));
    const listed = await listing(api);
    expect(await first.end('SIGTERM')).to.equal(0);
    await until('the first messages are overdue', () => Date.now() > Date.parse(soon));
    expect(receiver.current.received).to.deep.equal([]);
    // Held up, so that what is due stays in the list.
    receiver.current.answerWith((_request, response) => void setTimeout(() => response.end(), 300));

    const second = await startService(redis.current.port);
    expect(await listing(apiAt(second.url))).to.deep.equal(listed);
    await receiver.current.waitFor(ids.length);
    await until(
      'all is settled',
      async () => (await redis.current.client.zcard('index:due')) === 1,
    );
    expect(await second.end('SIGTERM')).to.equal(0);
    expect([...receiver.current.countById()].sort()).to.deep.equal(ids.map((id) => [id, 1]).sort());
    const early = receiver.current.received.filter(({ id, at }) => {
      return id.startsWith('later') && at < Date.parse(later);
    });
    expect(early).to.deep.equal([]);
  });
});

/** What is listed, whatever its order. */
async function listing(api: Api): Promise<Record<string, unknown>> {
  const { scheduledJobs } = JSON.parse((await api.list()).text);
  return Object.fromEntries(
    scheduledJobs.map((job: { messageId: string }) => [job.messageId, job]),
  );
}
