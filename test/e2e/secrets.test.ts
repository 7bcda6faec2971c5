import { expect } from 'chai';
import { type Answer, expectProblem, messageBody } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

/** Every secret of these tests contains it. */
const HUSH = 'hush';

const HEADERS = {
  authorization: 'Bearer hush-1',
  cookie: 'session=hush-2',
  'x-api-key': 'hush-3',
  'x-client-secret': 'hush-4',
  'x-plain': 'plain',
};

describe('what is confided to a message', () => {
  const receiver = useReceiver();
  const running = useService({ API_LOCALE: 'en', WEBHOOK_MAX_ATTEMPTS: '1', LOG_LEVEL: 'trace' });
  const webhookUrl = () => `${receiver.current.url}/hook?page=1&token=hush-5&sig=hush-6`;
  const confiding = (id: string, over: object = {}) =>
    messageBody(id, { headers: HEADERS, webhookUrl: webhookUrl(), ...over });

  /** Nothing of it is in an answer, head included. */
  function expectHushed({ status, headers, text }: Answer): Answer {
    expect(JSON.stringify(headers) + text, String(status)).not.to.contain(HUSH);
    return { status, headers, text };
  }

  async function untilFailed(): Promise<void> {
    await until('the message has failed', async () => {
      const { text } = await running.current.api.get('/messages?status=failed');
      return JSON.parse(text).count === 1;
    });
  }

  it('is stored and sent, and shown in no answer about it', async () => {
    const { api, client } = running.current;
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    expectHushed(await api.post(confiding('a')));
    expect(await client.hget('message:a', 'headers'))
      .to.contain('hush-1')
      .and.contain('hush-4');
    expect(await client.hget('message:a', 'webhookUrl')).to.contain('hush-5');

    const shown = JSON.parse(expectHushed(await api.get('/messages/a')).text);
    expect(shown.headers).to.deep.equal({
      ...{ authorization: '***', cookie: '***', 'x-api-key': '***', 'x-client-secret': '***' },
      'x-plain': 'plain',
    });
    const masked = `${receiver.current.url}/hook?page=1&token=***&sig=***`;
    expect(shown.webhookUrl).to.equal(masked);
    const listed = JSON.parse(expectHushed(await api.list()).text);
    expect(listed.scheduledJobs[0].job).to.equal(`POST ${masked}`);

    expectHushed(await api.send('PATCH', '/messages/a', { headers: HEADERS, delay: 0 }));
    await untilFailed();
    const [sent] = receiver.current.received;
    expect(sent?.headers).to.include(HEADERS);
    expect(sent?.path).to.contain('token=hush-5&sig=hush-6');

    for (const path of ['/messages/a', '/messages?status=failed', '/deliveries', '/stats']) {
      expect(expectHushed(await api.get(path)).status, path).to.equal(200);
    }
    expectHushed(await api.send('POST', '/messages/a/replay'));
    await untilFailed();
    expectHushed(await api.send('POST', '/messages/replay'));
    await untilFailed();
    expectHushed(await api.send('DELETE', '/messages?confirm=delete&status=failed'));
  });

  it('is quoted by no refusal', async () => {
    const { api } = running.current;
    await api.post(confiding('a'), { 'idempotency-key': 'k' });
    const refusals: [number, Answer][] = [
      [409, await api.post(confiding('a'))],
      [422, await api.post(confiding('b'), { 'idempotency-key': 'k' })],
      [422, await api.post(confiding('b', { headers: { authorization: 'hush\n' } }))],
      [422, await api.post(confiding('b', { headers: { cookie: ['hush'] } }))],
      [422, await api.post(confiding('b', { webhookUrl: 'https://user:hush@a.example/' }))],
      [422, await api.post(confiding('b', { webhookUrl: 'nowhere?token=hush' }))],
      [422, await api.post(confiding('b', { password: 'hush' }))],
      [
        422,
        await api.send('PATCH', '/messages/a', { headers: { authorization: 7 }, retry: 'hush' }),
      ],
      [422, await api.get('/messages?limit=hush')],
      [400, await api.get('/messages?cursor=hush')],
      [404, await api.get('/messages/none?')],
    ];
    for (const [status, answer] of refusals) expectProblem(expectHushed(answer), status);
  });

  it('is not replaced by what hides it, when what was shown is sent back', async () => {
    const { api, client } = running.current;
    await api.post(confiding('a'));
    const { headers, webhookUrl } = JSON.parse((await api.get('/messages/a')).text);
    const answer = await api.send('PATCH', '/messages/a', { headers, webhookUrl });
    expect(expectProblem(answer, 422).errors?.map(({ field }) => field)).to.deep.equal([
      ...[
        'headers.authorization',
        'headers.cookie',
        'headers.x-api-key',
        'headers.x-client-secret',
      ],
      'webhookUrl',
    ]);
    expect(await client.hget('message:a', 'headers')).to.contain('hush-1');
    // Three stars that hide nothing are three stars.
    const plain = { headers: { 'x-rating': '***' }, webhookUrl: 'http://127.0.0.1:9/?rating=***' };
    expect((await api.send('PATCH', '/messages/a', plain)).status).to.equal(200);
  });

  it('is quoted by no complaint about its JSON', async () => {
    const whole = JSON.stringify(confiding('a'));
    const { api } = running.current;
    // Cut, and with something wrong, at every place around the secrets.
    for (let at = whole.indexOf(HUSH) - 5; at < whole.lastIndexOf(HUSH) + 10; at += 1) {
      for (const body of [whole.slice(0, at), `${whole.slice(0, at)}\n"${whole.slice(at)}`]) {
        const answer = expectHushed(await api.post(body));
        expect(expectProblem(answer, 400).detail).to.match(/^The body is not valid JSON: \w/);
      }
    }
  });

  it('is in the result of no message of a batch', async () => {
    const messages = [confiding('b'), confiding('b'), confiding('c', { headers: { cookie: 1 } })];
    const { api } = running.current;
    const answer = expectHushed(await api.send('POST', '/messages/batch', { messages }));
    const { results } = JSON.parse(answer.text) as { results: { status: number }[] };
    expect(results.map(({ status }) => status)).to.deep.equal([201, 409, 422]);
  });

  it('is in no line of the log', () => {
    const { logs } = running.current.service;
    expect(logs.filter(({ msg }) => msg === 'attempt')).to.have.length.above(0);
    expect(JSON.stringify(logs)).not.to.contain(HUSH);
  });
});
