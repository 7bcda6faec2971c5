import { expect } from 'chai';
import { AUTH, apiAt, ask, messageBody } from '../support/api.ts';
import { openConnection } from '../support/open-connection.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { type LogLine, type ServiceProcess, TOKEN, useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

const DEBUG = 20;
const INFO = 30;

/** Resolves with the line that has these values, once it is written. */
async function lineWith(service: ServiceProcess, values: Partial<LogLine>): Promise<LogLine> {
  const names = Object.keys(values);
  const find = () =>
    service.logs.find((line) => names.every((name) => line[name] === values[name]));
  await until(`a line with ${JSON.stringify(values)}`, () => find() !== undefined);
  return find() as LogLine;
}

describe('e2e: the log', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  it('tells of every request, under the id it is answered with', async () => {
    const service = await start();
    const api = apiAt(service.url);
    const created = await api.post(messageBody('a b'), { 'x-request-id': 'mine-1' });
    expect(created.headers['x-request-id']).to.equal('mine-1');
    const { duration, time, replica, ...rest } = await lineWith(service, { requestId: 'mine-1' });
    expect(rest).to.deep.equal({
      ...{ level: INFO, requestId: 'mine-1', method: 'POST', route: '/messages' },
      ...{ path: '/messages', caller: 'API_TOKEN', id: 'a b', statusCode: 201, msg: 'request' },
    });
    expect(duration).to.be.a('number').within(0, 5000);
    expect([time, replica]).to.not.include(undefined);

    const read = await api.get('/messages/a%20b');
    const requestId = String(read.headers['x-request-id']);
    expect(await lineWith(service, { requestId })).to.include({
      ...{ route: '/messages/:id', path: '/messages/a%20b', id: 'a b', statusCode: 200 },
    });
  });

  it('tells of those that are refused, malformed ones too', async () => {
    const service = await start();
    const api = apiAt(service.url);
    await api.post(messageBody('a'));
    for (const [answer, expected] of [
      [await api.post(messageBody('a')), { statusCode: 409, code: 'message-exists', id: 'a' }],
      [await api.post('{'), { statusCode: 400, code: 'malformed-body' }],
      [
        await api.get('/nowhere?x=1'),
        { statusCode: 404, code: 'route-not-found', path: '/nowhere' },
      ],
      [await api.send('PUT', '/messages'), { statusCode: 405, code: 'method-not-allowed' }],
      [await ask(service.url, { method: 'GET', path: '/stats' }), { statusCode: 401 }],
    ] as const) {
      const requestId = String(answer.headers['x-request-id']);
      expect(await lineWith(service, { requestId })).to.include({ ...expected, msg: 'request' });
    }
    const connection = await openConnection(service.url);
    connection.write('no HTTP\r\n\r\n');
    const [, requestId = ''] = /x-request-id: (\S+)/.exec(await connection.closed) ?? [];
    expect(await lineWith(service, { requestId })).to.include({ code: 'malformed-request' });
  });

  it('tells of a broken request under the id that it began with', async () => {
    const service = await start();
    const connection = await openConnection(service.url);
    const head = [
      'POST /messages HTTP/1.1',
      'host: a',
      'x-request-id: begun',
      'content-type: application/json',
    ];
    const auth = `authorization: ${AUTH.authorization}`;
    connection.write(`${[...head, auth, 'transfer-encoding: chunked'].join('\r\n')}\r\n\r\nzz\r\n`);
    expect(await connection.closed).to.match(/^HTTP\/1\.1 400 [\s\S]*X-Request-Id: begun\r\n/i);
    expect(await lineWith(service, { requestId: 'begun', statusCode: 400 })).to.include({
      msg: 'request',
    });
  });

  it('of one attempt has everything, in the words of the delivery log', async () => {
    receiver.current.answerWith((_request, response) => response.writeHead(503).end());
    const service = await start({ WEBHOOK_MAX_ATTEMPTS: '1', REPLICA_NAME: 'replica-7' });
    const { url } = receiver.current;
    const api = apiAt(service.url);
    await api.post(
      messageBody('a', { scheduleTo: undefined, delay: 0, webhookUrl: `${url}/x?k=v` }),
    );
    const { time: _time, lateness, duration, ...rest } = await service.logged('attempt');
    expect(rest).to.deep.equal({
      ...{ level: INFO, replica: 'replica-7', id: 'a', host: new URL(url).host, attempt: 1 },
      ...{ outcome: 'rejected', statusCode: 503, error: 'the receiver answered 503' },
      ...{ settlement: 'fail', result: 'failed', msg: 'attempt' },
    });
    const { deliveries } = JSON.parse((await api.get('/deliveries')).text);
    expect(deliveries[0]).to.include({ id: 'a', attempt: 1, lateness, duration });
    expect(deliveries[0]).to.include({ outcome: rest.outcome, statusCode: 503, error: rest.error });
  });

  it('leaves out those who watch the process, unless everything is asked for', async () => {
    const quiet = await start();
    await apiAt(quiet.url).health();
    const answer = await apiAt(quiet.url).get('/stats');
    await lineWith(quiet, { requestId: String(answer.headers['x-request-id']) });
    expect(quiet.logs.filter(({ path }) => path === '/health')).to.deep.equal([]);

    const chatty = await start({ LOG_LEVEL: 'debug' });
    const { headers } = await apiAt(chatty.url).health();
    const requestId = String(headers['x-request-id']);
    expect(await lineWith(chatty, { requestId })).to.include({ level: DEBUG, path: '/health' });
  });

  it('shows nothing that was confided to it', async () => {
    const { client } = redis.current;
    const password = 'pass "word" of redis';
    await client.config('SET', 'requirepass', password);
    try {
      const service = await start({ LOG_LEVEL: 'trace', REDIS_PASSWORD: password });
      const api = apiAt(service.url);
      const headers = { authorization: 'Bearer of-the-receiver', cookie: 'c=crumbs' };
      const payload = { note: 'confidential' };
      const webhookUrl = `${receiver.current.url}/?key=in-the-query`;
      const due = { scheduleTo: undefined, delay: 0 };
      await api.post(messageBody('a', { headers, payload, webhookUrl, ...due }), {
        cookie: 'd=crumbs',
      });
      await api.get(`/nowhere/${TOKEN}?token=in-the-query`);
      // A fault of ours: its error carries what Redis was told.
      await service.logged('attempt');
      await client.set('index:due', 'no index');
      expect((await api.list()).status).to.equal(500);
      await lineWith(service, { code: 'internal-error' });
      await service.end();
      const text = service.logs.map((line) => JSON.stringify(line)).join('\n');
      expect(text).to.contain('request failed').and.contain('/nowhere/***');
      expect(text).to.not.match(
        /test-token|pass \\+"word|of-the-receiver|crumbs|confidential|in-the-query/,
      );
    } finally {
      await client.config('SET', 'requirepass', '');
    }
  });

  it('is for eyes with LOG_FORMAT=pretty', async () => {
    const pretty = await start({ LOG_FORMAT: 'pretty' });
    const { msg } = await pretty.logged('the service is ready');
    expect(msg).to.match(/^\[\d\d:\d\d:\d\d\.\d{3}\] .*INFO.*the service is ready.*"url":"http:/);
  });
});
