import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { expectProblem, inMs, messageBody } from '../support/api.ts';
import { messageKeysLeft, snapshot } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

const PAST = '2020-01-01T00:00:00Z';

describe('a message that is scheduled can be changed', () => {
  const receiver = useReceiver();
  const running = useService({ API_LOCALE: 'en' });

  const post = (id: string, over: object = {}) =>
    running.current.api.post(messageBody(id, { webhookUrl: receiver.current.url, ...over }));
  const patch = (id: string, body: object) =>
    running.current.api.send('PATCH', `/messages/${encodeURIComponent(id)}`, body);
  const act = (id: string, action: 'fire' | 'replay') =>
    running.current.api.send('POST', `/messages/${encodeURIComponent(id)}/${action}`);
  const hash = (id: string) => running.current.client.hgetall(`message:${id}`);

  it('PATCH of its time: the id stays, and it is sent at the new time only', async () => {
    await post('a/b', { scheduleTo: inMs(300) });
    const scheduleTo = inMs(700);
    const { status, text } = await patch('a/b', { scheduleTo });
    expect(status, text).to.equal(200);
    expect(JSON.parse(text)).to.deep.equal({ status: 'updated', messageId: 'a/b' });
    await receiver.current.waitFor(1);
    const [webhook] = receiver.current.received;
    expect(webhook?.id).to.equal('a/b');
    expect(webhook?.at).to.be.within(Date.parse(scheduleTo), Date.parse(scheduleTo) + 500);
    const { client } = running.current;
    await until('it is settled', async () => (await messageKeysLeft(client)).length === 0);
    expect(receiver.current.received).to.have.length(1);
  });

  it('PATCH to an earlier time, by a delay, sends it then', async () => {
    await post('a');
    await patch('a', { delay: 100, payload: { changed: true }, method: 'PUT' });
    await receiver.current.waitFor(1, 2000);
    expect(receiver.current.received[0]).to.include({ method: 'PUT', body: '{"changed":true}' });
  });

  it('PATCH with null sets a field back, and leaves the others', async () => {
    const over = {
      method: 'PUT',
      headers: { a: 'b' },
      timeoutMs: 5,
      retry: { maxAttempts: 1 },
      notAfter: '2099-02-01',
      metadata: { a: 1 },
      tags: ['t'],
    };
    await post('a', over);
    const before = await hash('a');
    for (const name of Object.keys(over)) {
      const { status, text } = await patch('a', { [name]: null });
      expect(status, text).to.equal(200);
      delete before[name];
      expect(await hash('a')).to.deep.equal(before);
    }
  });

  it('PATCH keeps the numbers of a payload and of metadata exactly', async () => {
    await post('a');
    const answer = await running.current.service.call(
      'PATCH',
      '/messages/a',
      '{"payload":{"n":1.0},"metadata":{"n":12345678901234567890}}',
    );
    expect(answer.status).to.equal(200);
    expect(await hash('a')).to.include({
      payload: '{"n":1.0}',
      metadata: '{"n":12345678901234567890}',
    });
  });

  it('POST fire sends it now, and once; what was asked for stays', async () => {
    await post('a');
    const { status, text } = await act('a', 'fire');
    expect([status, text]).to.deep.equal([200, '{"status":"fired","messageId":"a"}']);
    await receiver.current.waitFor(1, 2000);
    const [webhook] = receiver.current.received;
    expect(webhook?.headers['webhook-scheduled-for']).to.equal('2099-01-01T00:00:00.000Z');
    await until('it is gone', async () => Object.keys(await hash('a')).length === 0);
    expectProblem(await act('a', 'fire'), 404);
    expect(receiver.current.received).to.have.length(1);
  });

  it('while its delivery is under way nothing can be changed: 409', async () => {
    const held: ServerResponse[] = [];
    receiver.current.answerWith((_request, response) => void held.push(response));
    await post('a', { scheduleTo: PAST });
    await receiver.current.waitFor(1);
    const before = await snapshot(running.current.client);
    for (const answer of [await patch('a', { payload: 1 }), await act('a', 'fire')]) {
      expect(expectProblem(answer, 409).code).to.equal('message-in-flight');
    }
    expect(expectProblem(await act('a', 'replay'), 409).code).to.equal('message-not-failed');
    expect(await snapshot(running.current.client)).to.deep.equal(before);
    held[0]?.writeHead(204).end();
  });

  it('once it has failed only a replay brings it back: all its attempts again', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    const retry = { maxAttempts: 2, backoff: { kind: 'fixed', baseMs: 10 } };
    await post('a', { scheduleTo: PAST, retry });
    await until('it failed', async () => (await hash('a')).status === 'failed');
    for (const answer of [await patch('a', { payload: 1 }), await act('a', 'fire')]) {
      const { code, detail } = expectProblem(answer, 409);
      expect(code).to.equal('message-failed');
      expect(detail).to.contain('/replay');
    }
    receiver.current.answerWith(({ attempt }, response) =>
      response.writeHead(attempt === 2 ? 204 : 500).end(),
    );
    const { status, text } = await act('a', 'replay');
    expect([status, text]).to.deep.equal([200, '{"status":"replayed","messageId":"a"}']);
    await receiver.current.waitFor(4);
    await until('it is delivered', async () => Object.keys(await hash('a')).length === 0);
    const attempts = receiver.current.received.map(({ attempt }) => attempt);
    expect(attempts).to.deep.equal([1, 2, 1, 2]);
    expectProblem(await act('a', 'replay'), 404);
  });

  it('one that failed as expired is sent when it is replayed', async () => {
    const { client } = running.current;
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    const retry = { backoff: { kind: 'fixed', baseMs: 400 } };
    await post('a', { scheduleTo: inMs(0), notAfter: inMs(250), retry });
    await until('it failed', async () => (await client.zcard('index:failed')) === 1);
    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    expect((await act('a', 'replay')).status).to.equal(200);
    await receiver.current.waitFor(2);
  });

  /** What is refused, and the fields that are named. */
  const refused: [what: string, body: object, fields: string[]][] = [
    ['nothing to change', {}, ['body']],
    ['delay and scheduleTo', { delay: 5, scheduleTo: '2099-01-01' }, ['delay']],
    ['notAfter before the due time', { notAfter: '2098-12-31' }, ['notAfter']],
    ['both, at odds', { scheduleTo: '2099-05-01', notAfter: '2099-04-01' }, ['notAfter']],
    ['another id', { id: 'b' }, ['id']],
    ['ifPast', { ifPast: 'fire' }, ['ifPast']],
    ['no time', { scheduleTo: null }, ['scheduleTo']],
    ['no URL', { webhookUrl: null }, ['webhookUrl']],
    ['an unknown field', { retries: 1 }, ['retries']],
    ['a bad field inside', { retry: { backoff: { kind: 'x' } } }, ['retry.backoff.kind']],
  ];
  for (const [what, body, fields] of refused) {
    it(`PATCH with ${what} is refused and changes nothing`, async () => {
      await post('a');
      const before = await snapshot(running.current.client);
      const problem = expectProblem(await patch('a', body), 422);
      const named = new Set(problem.errors?.map(({ field }) => field));
      expect(named).to.deep.equal(new Set(fields));
      expect(await snapshot(running.current.client)).to.deep.equal(before);
    });
  }

  it('what is not there cannot be changed: 404', async () => {
    for (const answer of [
      await patch('nobody', { payload: 1 }),
      await act('nobody', 'fire'),
      await act('nobody', 'replay'),
    ]) {
      expect(expectProblem(answer, 404).code).to.equal('message-not-found');
    }
  });
});
