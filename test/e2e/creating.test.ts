import { expect } from 'chai';
import { expectProblem, inMs, messageBody } from '../support/api.ts';
import { messageKeysLeft, snapshot } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

const PAST = '2020-01-01T00:00:00Z';

/** Our clock and that of Redis count whole milliseconds. */
const ROUNDING_MS = 2;

describe('a message may say how it is sent', () => {
  const receiver = useReceiver();
  const running = useService({ WEBHOOK_RETRY_JITTER: '0', API_LOCALE: 'en' });

  const { id: _id, ...anonymous } = messageBody('none');

  /** Posts a message that is due at once; expects 201. */
  async function post(id: string, over: object = {}) {
    const asked = { scheduleTo: PAST, webhookUrl: `${receiver.current.url}/hook`, ...over };
    const { status, text } = await running.current.api.post(messageBody(id, asked));
    expect(status, text).to.equal(201);
  }

  const failed = (id: string) =>
    until(`${id} failed`, async () => {
      const message = await running.current.client.hgetall(`message:${id}`);
      return message.status === 'failed' && message;
    });

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']) {
    it(`with ${method}`, async () => {
      await post('m', { method });
      await receiver.current.waitFor(1);
      const [webhook] = receiver.current.received;
      const body = method === 'GET' ? '' : '{"hello":"world"}';
      expect(webhook).to.include({ method, body });
      const type = method === 'GET' ? undefined : 'application/json';
      expect(webhook?.headers['content-type']).to.equal(type);
    });
  }

  it('with headers of its own, over those it would have, under those that are ours', async () => {
    const headers = { 'X-Api-Key': 'k', 'Content-Type': 'text/x', authorization: 'Basic eDp5' };
    await post('h', { headers });
    await receiver.current.waitFor(1);
    const [webhook] = receiver.current.received;
    expect(webhook?.headers).to.include({
      'x-api-key': 'k',
      'content-type': 'text/x',
      authorization: 'Basic eDp5',
      'webhook-id': 'h',
    });
  });

  it('with a number of attempts and a fixed delay between them', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    await post('r', { retry: { maxAttempts: 3, backoff: { kind: 'fixed', baseMs: 120 } } });
    expect(await failed('r')).to.include({ attempt: '3' });
    expect(gaps()).to.have.length(2);
    for (const gap of gaps()) expect(gap).to.be.within(120 - ROUNDING_MS, 400);
  });

  it('with a delay that grows up to a cap', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    const backoff = { kind: 'exponential', baseMs: 50, factor: 6, capMs: 350 };
    await post('r', { retry: { maxAttempts: 4, backoff } });
    await failed('r');
    for (const [n, delay] of [50, 300, 350].entries()) {
      expect(gaps()[n], `delay ${n + 1}`).to.be.within(delay - ROUNDING_MS, delay + 240);
    }
  });

  /** Milliseconds between the webhooks received. */
  function gaps(): number[] {
    const times = receiver.current.received.map(({ at }) => at);
    return times.slice(1).map((at, n) => at - (times[n] ?? 0));
  }

  it('with a timeout', async () => {
    receiver.current.answerWith(() => undefined);
    await post('t', { timeoutMs: 150, retry: { maxAttempts: 1 } });
    const { attempts } = await failed('t');
    const [attempt] = JSON.parse(`[${attempts}]`);
    expect(attempt).to.include({ attempt: 1, outcome: 'timeout' });
    expect(attempt.duration).to.be.within(140, 1000);
  });

  it('with an end: past its notAfter it fails as expired, without a request', async () => {
    // The first attempt fails, and notAfter passes before the second.
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    const retry = { backoff: { kind: 'fixed', baseMs: 500 } };
    await post('e', { scheduleTo: inMs(0), notAfter: inMs(300), retry });
    const { lastError, attempts } = await failed('e');
    expect(lastError).to.contain('notAfter');
    const outcomes = JSON.parse(`[${attempts}]`).map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes).to.deep.equal(['rejected', 'expired']);
    expect(receiver.current.received).to.have.length(1);
  });

  for (const delay of [250, 'PT0.25S']) {
    it(`with a delay: ${delay}`, async () => {
      const asked = Date.now();
      await post('d', { scheduleTo: undefined, delay });
      const answered = Date.now();
      await receiver.current.waitFor(1);
      const [webhook] = receiver.current.received;
      expect(webhook?.at).to.be.within(asked + 250 - ROUNDING_MS, answered + 750);
      const due = Date.parse(String(webhook?.headers['webhook-scheduled-for']));
      expect(due).to.be.within(asked + 250 - ROUNDING_MS, answered + 250 + ROUNDING_MS);
    });
  }

  it('with metadata and tags, which are kept as they were written and not sent', async () => {
    const { api, client } = running.current;
    const body = JSON.stringify(messageBody('m', { tags: ['a', 'ç'] })).replace(
      /\}$/,
      ',"metadata":{"n":1.0,"big":12345678901234567890}}',
    );
    expect((await api.post(body)).status).to.equal(201);
    expect(await client.hgetall('message:m')).to.include({
      metadata: '{"n":1.0,"big":12345678901234567890}',
      tags: '["a","ç"]',
    });
  });

  it('with ifPast "reject" is refused when its time has passed, and stored when not', async () => {
    const { api, client } = running.current;
    const late = messageBody('p', { scheduleTo: PAST, ifPast: 'reject' });
    const problem = expectProblem(await api.post(late), 422);
    expect(problem.errors?.map(({ field }) => field)).to.deep.equal(['scheduleTo']);
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    expect((await api.post(messageBody('p', { ifPast: 'reject' }))).status).to.equal(201);
  });

  it('without an id gets one, made in the order of time; Location says where it is', async () => {
    const { api } = running.current;
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { status, headers, text } = await api.post(anonymous);
      expect(status, text).to.equal(201);
      const { messageId } = JSON.parse(text);
      expect(messageId).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
      expect(headers.location).to.equal(`/messages/${messageId}`);
      ids.push(messageId);
    }
    expect(ids).to.deep.equal([...new Set(ids)].sort());
  });

  it('Location can be used whatever the id', async () => {
    const { api } = running.current;
    const { headers } = await api.post(messageBody('a/b ç?'));
    expect(headers.location).to.equal('/messages/a%2Fb%20%C3%A7%3F');
    expect((await api.send('DELETE', String(headers.location))).status).to.equal(200);
  });

  const onConflict = (choice: string, over: object) =>
    running.current.api.send('POST', `/messages?onConflict=${choice}`, messageBody('c', over));

  it('onConflict: replace puts it in the place of another, ignore and refuse do not', async () => {
    const { api, client } = running.current;
    await api.post(messageBody('c', { payload: 1 }));
    const before = await snapshot(client);
    expectProblem(await onConflict('refuse', { payload: 2 }), 409);
    const ignored = await onConflict('ignore', { payload: 2 });
    expect([ignored.status, JSON.parse(ignored.text).messageId]).to.deep.equal([200, 'c']);
    expect(await snapshot(client)).to.deep.equal(before);
    const again = { payload: 3, scheduleTo: PAST, webhookUrl: receiver.current.url };
    expect((await onConflict('replace', again)).status).to.equal(200);
    await receiver.current.waitFor(1);
    expect(receiver.current.received.map(({ body }) => body)).to.deep.equal(['3']);
  });

  it('onConflict of an id that is free creates it; of another choice is refused', async () => {
    for (const choice of ['refuse', 'ignore', 'replace']) {
      await running.current.client.flushall();
      expect((await onConflict(choice, {})).status).to.equal(201);
    }
    const { errors } = expectProblem(await onConflict('merge', {}), 422);
    expect(errors?.map(({ field }) => field)).to.deep.equal(['onConflict']);
    const unknown = await running.current.api.send('POST', '/messages?on=x', anonymous);
    expect(expectProblem(unknown, 422).errors?.[0]?.field).to.equal('on');
  });

  for (const given of [{ id: 'given' }, {}]) {
    it(`an Idempotency-Key counts once, ${given.id ?? 'no'} id`, async () => {
      const { api, client } = running.current;
      const due = { scheduleTo: inMs(200), webhookUrl: receiver.current.url };
      const body = { ...anonymous, ...given, ...due };
      const key = { 'idempotency-key': 'order 1' };
      const first = await api.post(body, key);
      expect(first.status, first.text).to.equal(201);
      const repeats = await Promise.all([api.post(body, key), api.post(body, key)]);
      const { headers, ...other } = first;
      for (const repeat of repeats) {
        expect(repeat).to.include(other);
        expect(repeat.headers.location).to.equal(headers.location);
      }
      expect(await client.zcard('index:due')).to.equal(1);
      await receiver.current.waitFor(1);
      await until('it is settled', async () => (await client.zcard('index:due')) === 0);
      // Also after its delivery.
      expect(await api.post(body, key)).to.include(other);
      const problem = expectProblem(await api.post({ ...body, payload: 'other' }, key), 422);
      expect(problem.code).to.equal('key-reused');
      expect(await client.zcard('index:due')).to.equal(0);
      expect(receiver.current.received).to.have.length(1);
    });
  }

  it('an Idempotency-Key that is empty, beyond ASCII or over 255 characters is refused', async () => {
    for (const key of ['', 'ç', 'x'.repeat(256)]) {
      const answer = await running.current.api.post(anonymous, { 'idempotency-key': key });
      expect(expectProblem(answer, 422).errors?.[0]?.field).to.equal('Idempotency-Key');
    }
  });
});
