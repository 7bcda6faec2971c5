import { expect } from 'chai';
import { writeCursor } from '../../src/http/cursor.ts';
import {
  AUTH,
  apiAt,
  ask,
  expectProblem,
  inMs,
  messageBody,
  rawMessageBody,
} from '../support/api.ts';
import { startTestRedis } from '../support/redis.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

const PATHS = ['/messages', '/messages/a', '/deliveries', '/stats'];

/** The first attempt fails at once, for nothing listens there, and is the last. */
const DEAD = { webhookUrl: 'http://127.0.0.1:1/hook' };

describe('what the API tells', () => {
  const running = useService({ WEBHOOK_MAX_ATTEMPTS: '1' });
  const get = (path: string) => running.current.api.get(path);

  /** Schedules a message that fails, and waits until it has. */
  async function failed(id: string): Promise<void> {
    const { api, client } = running.current;
    await api.post(messageBody(id, { ...DEAD, scheduleTo: inMs(-1000) }));
    await until('it failed', async () => (await client.zscore('index:failed', id)) !== null);
  }

  for (const path of PATHS) {
    it(`GET ${path} needs the token, and takes no query it does not know`, async () => {
      const { url } = running.current.service;
      expectProblem(await ask(url, { method: 'GET', path }), 401);
      const problem = expectProblem(await get(`${path}?verbose=1`), 422);
      expect(problem.errors?.map(({ field }) => field)).to.deep.equal(['verbose']);
    });
  }

  it('GET /messages/{id} tells everything that is stored, numbers as they were written', async () => {
    await running.current.api.post(
      rawMessageBody('pedido 1/ç', '{"id":1234567890123456789,"total":10.00}'),
    );
    const metadata = '{"big":98765432109876543210}';
    await running.current.client.hset('message:pedido 1/ç', {
      method: 'PUT',
      headers:
        '{"Authorization":"Bearer x","cookie":"c","X-Api-Key":"k","x-auth":"a","x-author":"me"}',
      timeoutMs: 5000,
      retry: '{"maxAttempts":3}',
      notAfter: Date.UTC(2099, 0, 2),
      metadata,
      tags: '["a","b"]',
      createdAt: Date.UTC(2026, 0, 1),
      lastError: 'no "way"',
      attempts:
        '{"at":1767225600000,"attempt":1,"outcome":"rejected","statusCode":500,"lateness":1,"duration":2,"error":"x"},' +
        '{"at":1767225601000,"attempt":2,"outcome":"timeout","statusCode":0,"lateness":3,"duration":4}',
    });
    const { status, text, headers } = await get(`/messages/${encodeURIComponent('pedido 1/ç')}`);
    expect(status, text).to.equal(200);
    expect(headers['content-type']).to.equal('application/json; charset=utf-8');
    expect(text).to.contain('"payload":{"id":1234567890123456789,"total":10.00}');
    expect(text).to.contain(`"metadata":${metadata}`);
    const { payload: _, metadata: __, ...rest } = JSON.parse(text) as Record<string, unknown>;
    expect(rest).to.deep.equal({
      id: 'pedido 1/ç',
      status: 'agendada',
      scheduleTo: '2099-01-01T00:00:00Z',
      nextRun: '2099-01-01T00:00:00.000Z',
      webhookUrl: 'http://127.0.0.1:9/hook',
      method: 'PUT',
      headers: {
        ...{ Authorization: '***', cookie: '***', 'X-Api-Key': '***', 'x-auth': '***' },
        'x-author': 'me',
      },
      timeoutMs: 5000,
      retry: { maxAttempts: 3 },
      notAfter: '2099-01-02T00:00:00.000Z',
      tags: ['a', 'b'],
      createdAt: '2026-01-01T00:00:00.000Z',
      lastError: 'no "way"',
      attempts: [
        {
          ...{ attempt: 1, at: '2026-01-01T00:00:00.000Z', outcome: 'rejected' },
          ...{ statusCode: 500, lateness: 1, duration: 2, error: 'x' },
        },
        {
          ...{ attempt: 2, at: '2026-01-01T00:00:01.000Z', outcome: 'timeout' },
          ...{ statusCode: 0, lateness: 3, duration: 4 },
        },
      ],
    });
  });

  it('GET /messages/{id} leaves out what there is not', async () => {
    await running.current.api.post(messageBody('a'));
    const found = JSON.parse((await get('/messages/a')).text) as Record<string, unknown>;
    expect(Object.keys(found)).to.deep.equal([
      ...['id', 'status', 'scheduleTo', 'nextRun', 'webhookUrl', 'method', 'payload', 'createdAt'],
    ]);
    expect(found.payload).to.deep.equal({ hello: 'world' });
  });

  it('GET /messages/{id} is JSON, and keeps secrets, whatever was damaged by hand', async () => {
    const broken = { headers: '{"authorization":"x"', payload: '{', attempts: '{"a":', tags: '' };
    await running.current.client.hset('message:a', { ...broken, dueAt: 'soon', notAfter: '1e99' });
    const { status, text } = await get('/messages/a');
    expect(status).to.equal(200);
    expect(JSON.parse(text)).to.deep.equal({
      ...{ id: 'a', status: 'agendada', method: 'POST', headers: '***', payload: '{' },
      ...{ notAfter: null, tags: '', attempts: [] },
    });
  });

  it('GET /messages/{id} is 404 where no message is', async () => {
    await running.current.client.set('message:legacy', '{"id":"legacy"}');
    for (const id of ['none', 'legacy', 'a%2Fb', '%F0%9F%98%80']) {
      const problem = expectProblem(await get(`/messages/${id}`), 404);
      expect(problem.code).to.equal('message-not-found');
      expect(problem.detail).to.contain(JSON.stringify(decodeURIComponent(id)));
    }
  });

  it('a failed message is found under its status, by its id and in the deliveries', async () => {
    await failed('a');
    const listed = JSON.parse((await get('/messages?status=falhou')).text);
    expect(listed.scheduledJobs).to.deep.equal([
      {
        ...{ messageId: 'a', nextRun: null },
        job: 'POST http://127.0.0.1:1/hook',
      },
    ]);
    const message = JSON.parse((await get('/messages/a')).text);
    expect(message).to.include({ status: 'falhou', nextRun: null });
    expect(message.lastError).to.contain('ECONNREFUSED');
    const { deliveries, nextCursor } = JSON.parse((await get('/deliveries?id=a')).text);
    expect(nextCursor).to.equal(undefined);
    expect(deliveries).to.have.length(1);
    expect(Object.keys(deliveries[0])).to.deep.equal([
      ...['id', 'attempt', 'at', 'outcome', 'statusCode', 'lateness', 'duration', 'error'],
    ]);
    expect(deliveries[0]).to.include({ id: 'a', attempt: 1, outcome: 'unreachable' });
    expect(Date.parse(deliveries[0].at)).to.be.within(Date.now() - 60_000, Date.now());
  });

  it('GET /deliveries goes from page to page, with the same filters only', async () => {
    const { client } = running.current;
    for (let i = 1; i <= 5; i += 1) {
      const outcome = ['outcome', i % 2 === 0 ? 'timeout' : 'delivered'];
      await client.xadd('log:deliveries', `${i}-0`, 'id', `m${i}`, 'attempt', '1', ...outcome);
    }
    const page = async (query: string) => JSON.parse((await get(`/deliveries?${query}`)).text);
    const ids = (found: { deliveries: { id: string }[] }) => found.deliveries.map(({ id }) => id);
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    const third = await page(`limit=2&cursor=${second.nextCursor}`);
    expect([first, second, third].map(ids)).to.deep.equal([['m5', 'm4'], ['m3', 'm2'], ['m1']]);
    expect(third).not.to.have.property('nextCursor');
    expect(first.deliveries[0].at).to.equal('1970-01-01T00:00:00.005Z');
    expect(ids(await page('outcome=timeout'))).to.deep.equal(['m4', 'm2']);
    const from = '1970-01-01T00:00:00.002';
    expect(ids(await page(`from=${from}&to=1970-01-01T00:00:00.004`))).to.deep.equal(['m3', 'm2']);
    for (const query of [`cursor=${first.nextCursor}&outcome=timeout`, 'cursor=x']) {
      expectProblem(await get(`/deliveries?${query}`), 400);
    }
    for (const query of ['limit=1001', 'outcome=fine', 'to=x', 'id=', `from=${from}&to=1970`]) {
      expectProblem(await get(`/deliveries?${query}`), 422);
    }
  });

  it('a forged cursor is refused before it reaches Redis', async () => {
    const none = [undefined, undefined];
    const scopes = {
      '/messages': { list: 'due', filters: [...none, undefined, undefined, undefined] },
      '/deliveries': { list: 'deliveries', filters: [...none, undefined, undefined] },
    };
    const forged: [path: keyof typeof scopes, place: (string | number)[], status: number][] = [
      ['/messages', ['1', 'a'], 200],
      ['/messages', ['-inf', ''], 200],
      ['/messages', ['1e999', 'a'], 200],
      ['/messages', ['', 'a'], 400],
      ['/messages', ['one', 'a'], 400],
      ['/messages', ['nan', 'a'], 400],
      ['/messages', ['(1', 'a'], 400],
      ['/messages', [1, 'a'], 400],
      ['/deliveries', ['1-0', 0], 200],
      ['/deliveries', ['999999999999999-999999999999999999', 0], 200],
      ['/deliveries', ['0-0', 0], 400],
      ['/deliveries', ['1', 0], 400],
      ['/deliveries', ['99999999999999999999-0', 0], 400],
      ['/deliveries', ['1-0', 0.5], 400],
      ['/deliveries', ['+', 0], 400],
    ];
    for (const [path, place, status] of forged) {
      const answer = await get(`${path}?cursor=${writeCursor(scopes[path], place)}`);
      expect(answer.status, `${path} ${JSON.stringify(place)}`).to.equal(status);
    }
  });

  it('GET /stats counts', async () => {
    const { api, client } = running.current;
    await failed('f');
    await api.post(messageBody('far'));
    await api.post(messageBody('hour', { scheduleTo: inMs(30 * 60_000) }));
    await client.zadd('index:delivering', 1, 'hour');
    const stats = JSON.parse((await get('/stats')).text);
    expect(stats).to.deep.include({
      messages: { scheduled: 1, delivering: 1, failed: 1 },
      due: { nextMinute: 0, nextHour: 1, nextDay: 1 },
      oldestOverdueMs: 0,
    });
    expect(stats.events.mode).to.be.oneOf(['unproven', 'on', 'degraded']);
    expect(stats.events.missed).to.be.a('number');
    expect(Date.parse(stats.redisTime)).to.be.within(Date.now() - 60_000, Date.now() + 1000);
  });

  it('is refused for other methods, naming those there are', async () => {
    const { url } = running.current.service;
    for (const path of ['/stats', '/deliveries']) {
      const answer = await ask(url, { method: 'DELETE', path, headers: AUTH });
      expectProblem(answer, 405);
      expect(answer.headers.allow).to.equal('HEAD, GET');
    }
  });
});

describe('what the API tells of Redis', () => {
  it('is whether its events flow; and 503 while it is away', async () => {
    const redis = await startTestRedis();
    const service = await startService(redis.port);
    const { get } = apiAt(service.url);
    try {
      await until('events are proven', async () => {
        return JSON.parse((await get('/stats')).text).events.mode === 'on';
      });
      redis.client.disconnect();
      await redis.server.stop();
      for (const each of PATHS) expectProblem(await get(each), 503);
    } finally {
      await service.end();
      await redis.stop();
    }
  });
});
