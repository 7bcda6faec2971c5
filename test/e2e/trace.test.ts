import { expect } from 'chai';
import { TRACE } from '../../src/http/openapi/requests.ts';
import { apiAt, messageBody } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const OTHER = { traceparent: `00-${'9'.repeat(32)}-${'8'.repeat(16)}-00` };

describe('e2e: trace context', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  const now = (id: string) =>
    messageBody(id, { scheduleTo: undefined, delay: 0, webhookUrl: receiver.current.url });

  /** What arrived for a message, attempt after attempt. */
  function arrivedFor(id: string) {
    const attempts = receiver.current.received.filter((request) => request.id === id);
    return attempts.map(({ headers: { traceparent, tracestate } }) => ({
      traceparent,
      tracestate,
    }));
  }

  it('of the creating request goes on to the webhook, unchanged, on every attempt; and into the log', async () => {
    const service = await start({ WEBHOOK_RETRY_BASE_MS: '10' });
    const answers = [500, 204];
    receiver.current.answerWith((_request, response) => {
      response.writeHead(answers.shift() ?? 204).end();
    });
    await apiAt(service.url).post(now('traced'), TRACE);
    await receiver.current.waitFor(2);
    expect(arrivedFor('traced')).to.deep.equal([TRACE, TRACE]);
    const traced = () => service.logs.filter(({ traceId }) => traceId === TRACE_ID);
    await until('request and attempts are in the log', () => traced().length === 3);
    expect(traced().map(({ msg, id }) => `${msg} ${id}`)).to.have.members([
      ...['request traced', 'attempt traced', 'attempt traced'],
    ]);
  });

  it('of a batch is that of each of its messages', async () => {
    const { url } = await start();
    const messages = [now('one'), now('two')];
    await apiAt(url).send('POST', '/messages/batch', { messages }, TRACE);
    await receiver.current.waitFor(2);
    expect([...arrivedFor('one'), ...arrivedFor('two')]).to.deep.equal([TRACE, TRACE]);
  });

  it('that is none, or was not sent, leaves nothing anywhere', async () => {
    const { url } = await start();
    const api = apiAt(url);
    for (const headers of [
      {},
      { traceparent: 'nonsense', tracestate: 'a=1' },
      { tracestate: 'a=1' },
    ]) {
      const { status } = await api.post(messageBody('a'), headers);
      expect(status).to.equal(201);
      const fields = await redis.current.client.hkeys('message:a');
      expect(fields.filter((name) => name.startsWith('trace'))).to.deep.equal([]);
      await api.cancel('a');
    }
    await api.post(now('untraced'), { traceparent: 'nonsense', tracestate: 'a=1' });
    await receiver.current.waitFor(1);
    expect(arrivedFor('untraced')).to.deep.equal([
      { traceparent: undefined, tracestate: undefined },
    ]);
  });

  it('is shown with the message, and stays when it is changed, failed or replayed', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(500).end());
    const { url } = await start({ WEBHOOK_MAX_ATTEMPTS: '1' });
    const api = apiAt(url);
    await api.post(messageBody('a', { webhookUrl: receiver.current.url }), TRACE);
    const shown = async () => JSON.parse((await api.get('/messages/a')).text);
    expect(await shown()).to.include(TRACE);
    await api.send('PATCH', '/messages/a', { payload: 2 }, OTHER);
    expect(await shown()).to.include({ ...TRACE, payload: 2 });
    await api.send('POST', '/messages/a/fire', undefined, OTHER);
    await until('failed', async () => (await shown()).status === 'falhou');
    await api.send('POST', '/messages/a/replay', undefined, OTHER);
    await receiver.current.waitFor(2);
    expect(arrivedFor('a')).to.deep.equal([TRACE, TRACE]);
  });

  it('of a message that is replaced is that of the request which replaced it', async () => {
    const { url } = await start();
    const api = apiAt(url);
    const replace = (headers: object) =>
      api.send('POST', '/messages?onConflict=replace', messageBody('a'), { ...headers });
    const kept = () => redis.current.client.hmget('message:a', 'traceparent', 'tracestate');
    await api.post(messageBody('a'), TRACE);
    await replace(OTHER);
    expect(await kept()).to.deep.equal([OTHER.traceparent, null]);
    await replace({});
    expect(await kept()).to.deep.equal([null, null]);
  });
});
