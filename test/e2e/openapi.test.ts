import { expect } from 'chai';
import type { OpenApiDocument } from '../../src/http/openapi/document.ts';
import { messageBody } from '../support/api.ts';
import { type Description, readDescription } from '../support/described.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type OperationRequest, request } from '../support/requests.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const BODY_LIMIT_BYTES = 2000;

type Case = readonly [
  status: number,
  method: string,
  path: string,
  more?: Partial<OperationRequest>,
];

const ONE = '/messages/{id}';
const BATCH = '/messages/batch';
const XML = { 'content-type': 'text/xml' };
const huge = `"${'x'.repeat(BODY_LIMIT_BYTES)}"`;
const replacing = { query: '?onConflict=replace', headers: { 'idempotency-key': 'k' } };

/** What a body can have wrong, whatever the operation. */
function badBodies(method: string, path: string, id = ''): Case[] {
  return [
    [400, method, path, { id, body: '{' }],
    [413, method, path, { id, body: huge }],
    [415, method, path, { id, body: '<a/>', headers: XML }],
    [422, method, path, { id, body: { colour: 'red' } }],
  ];
}

/** In this order: a message `waiting`, one that is `failed`, one `busy` being delivered. */
const CASES: readonly Case[] = [
  [201, 'post', '/messages', { body: messageBody('new') }],
  [200, 'post', '/messages', { body: messageBody('new'), ...replacing }],
  [422, 'post', '/messages', { body: messageBody('other'), headers: replacing.headers }],
  [409, 'post', '/messages', { body: messageBody('new') }],
  [422, 'post', '/messages', { query: '?durability=fsync', body: messageBody('new') }],
  [503, 'post', '/messages', { query: '?durability=replica:1', body: messageBody('undurable') }],
  ...badBodies('post', '/messages'),
  [207, 'post', BATCH, { body: { messages: [messageBody('b'), messageBody('b'), 7] } }],
  ...badBodies('post', BATCH),
  [200, 'get', '/messages', { query: '?limit=1' }],
  [200, 'get', '/messages', { query: '?status=failed' }],
  [400, 'get', '/messages', { query: '?cursor=x' }],
  [422, 'get', '/messages', { query: '?colour=red' }],
  [200, 'get', ONE, { id: 'waiting' }],
  [200, 'get', ONE, { id: 'failed' }],
  [200, 'get', ONE, { id: 'busy' }],
  [404, 'get', ONE, { id: 'absent' }],
  [422, 'get', ONE, { id: 'waiting', query: '?colour=red' }],
  [200, 'patch', ONE, { id: 'waiting', body: { tags: null } }],
  [503, 'patch', ONE, { id: 'waiting', query: '?durability=replica:1', body: { tags: null } }],
  [404, 'patch', ONE, { id: 'absent', body: { payload: 1 } }],
  [409, 'patch', ONE, { id: 'failed', body: { payload: 1 } }],
  [409, 'patch', ONE, { id: 'busy', body: { payload: 1 } }],
  ...badBodies('patch', ONE, 'waiting'),
  [404, 'post', '/messages/{id}/fire', { id: 'absent' }],
  [409, 'post', '/messages/{id}/fire', { id: 'failed' }],
  [200, 'post', '/messages/{id}/fire', { id: 'waiting' }],
  [404, 'post', '/messages/{id}/replay', { id: 'absent' }],
  [409, 'post', '/messages/{id}/replay', { id: 'new' }],
  [200, 'post', '/messages/{id}/replay', { id: 'failed' }],
  [200, 'delete', ONE, { id: 'new' }],
  [202, 'delete', ONE, { id: 'busy' }],
  [404, 'delete', ONE, { id: 'absent' }],
  [422, 'delete', '/messages'],
  [400, 'delete', '/messages', { query: '?confirm=delete&cursor=x' }],
  [200, 'delete', '/messages', { query: '?confirm=delete&tag=none' }],
  [422, 'post', '/messages/replay', { query: '?a=1' }],
  [400, 'post', '/messages/replay', { query: '?cursor=x' }],
  [200, 'post', '/messages/replay', { query: '?tag=none' }],
  [200, 'get', '/deliveries', { query: '?limit=1' }],
  [400, 'get', '/deliveries', { query: '?cursor=x' }],
  [422, 'get', '/deliveries', { query: '?limit=0' }],
  [200, 'get', '/stats'],
  [200, 'get', '/metrics'],
  [200, 'get', '/health'],
  [200, 'get', '/livez', { anonymous: true }],
  [200, 'get', '/readyz', { anonymous: true }],
  [200, 'get', '/openapi.json', { anonymous: true }],
  [200, 'get', '/docs', { anonymous: true }],
  [200, 'get', '/.well-known/jwks.json', { anonymous: true }],
];

/** With these an operation gets as far as Redis. */
const ENOUGH: Readonly<Record<string, Partial<OperationRequest>>> = {
  'post /messages': { body: messageBody('later') },
  'post /messages/batch': { body: { messages: [messageBody('one-of-many')] } },
  'patch /messages/{id}': { body: { payload: 1 } },
  'delete /messages': { query: '?confirm=delete' },
};

/** Messages whose own state is what trips an operation. */
const DAMAGED: Readonly<Record<string, Partial<OperationRequest>>> = {
  'get /messages/{id}': { id: 'damaged' },
  'post /messages/{id}/replay': { id: 'damaged' },
};

describe('e2e: answers are as /openapi.json describes them', () => {
  let redis: TestRedis;
  let receiver: Receiver;
  let service: ServiceProcess;
  let description: Description;

  before(async () => {
    redis = await startTestRedis();
    // Its server is stopped in a test.
    redis.client.on('error', () => undefined);
    receiver = await startReceiver();
    receiver.answerWith(({ path }, response) => {
      if (path !== '/busy') response.writeHead(500).end();
    });
    service = await startService(redis.port, {
      API_BODY_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
      API_BATCH_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
      API_TOKENS: 'reader:read:may-read,writer:write:may-write',
      DRAIN_TIMEOUT_MS: '0',
    });
    const { text } = await request(service.url, { method: 'get', path: '/openapi.json' });
    description = readDescription(JSON.parse(text) as OpenApiDocument);
    await prepare();
  });

  after(async () => {
    await service.end();
    await receiver.close();
    await redis.stop();
  });

  /** A message in each state. */
  async function prepare(): Promise<void> {
    const full = {
      headers: { authorization: 'secret', 'x-a': 'b' },
      ...{
        method: 'PUT',
        timeoutMs: 1000,
        notAfter: '2100-01-01',
        metadata: { a: 1 },
        tags: ['t'],
      },
      retry: { maxAttempts: 1, backoff: { kind: 'fixed' } },
    };
    const now = { delay: 0, scheduleTo: undefined, retry: { maxAttempts: 1 } };
    for (const body of [
      messageBody('waiting', full),
      messageBody('failed', { ...now, webhookUrl: `${receiver.url}/failed` }),
      messageBody('failed-too', { ...now, webhookUrl: `${receiver.url}/failed` }),
      messageBody('busy', { ...now, webhookUrl: `${receiver.url}/busy` }),
    ]) {
      await request(service.url, { method: 'post', path: '/messages', body });
    }
    await until('each message in its state', async () => {
      const stats = await service.call('GET', '/stats');
      const { messages } = (await stats.json()) as { messages: Record<string, number> };
      return messages.failed === 2 && messages.delivering === 1;
    });
  }

  /** Provokes a status of every operation that is said to have it. */
  async function expectOfAll(
    status: number,
    over: Partial<OperationRequest> | ((name: string) => Partial<OperationRequest>),
    url = service.url,
  ): Promise<void> {
    const names = description.all.map((name) => name.split(' '));
    for (const [method = '', path = ''] of names.filter(([, , one]) => one === String(status))) {
      const name = `${method} ${path}`;
      const own = typeof over === 'function' ? over(name) : over;
      const answer = await request(url, { method, path, id: 'b', ...ENOUGH[name], ...own });
      expect(answer.status, `${name}: ${answer.text}`).to.equal(status);
      description.expectDescribed(method, path, answer);
    }
  }

  for (const [status, method, path, more] of CASES) {
    const told = [more?.id, more?.query].filter(Boolean).join(' ');
    it(`${status} ${method} ${path} ${told}`, async () => {
      const answer = await request(service.url, { method, path, ...more });
      expect(answer.status, answer.text).to.equal(status);
      description.expectDescribed(method, path, answer);
    });
  }

  it('401 of every operation that needs the token', () => expectOfAll(401, { anonymous: true }));

  it('403 of every operation that needs another scope than the token has', () =>
    expectOfAll(403, (name) => ({ token: name.startsWith('get ') ? 'may-write' : 'may-read' })));

  it('429 of every operation that needs a token, when that has asked too often', async () => {
    // Room for one request, and then for none in the time of this test.
    const limits = { API_RATE_LIMIT: '0.0001', API_RATE_BURST: '1' };
    const limited = await startService(redis.port, limits);
    try {
      const first = await request(limited.url, { method: 'get', path: '/stats' });
      expect(first.status).to.equal(200);
      await expectOfAll(429, {}, limited.url);
    } finally {
      await limited.end();
    }
  });

  it('422 of every operation that may be asked wrongly', () =>
    expectOfAll(422, { query: '?colour=red' }));

  it('404 and 405 of what no route takes', async () => {
    const nowhere = await request(service.url, { method: 'get', path: '/nowhere' });
    description.expectResponse('NotFound', nowhere);
    for (const path of ['/messages', '/docs', '/openapi.json', '/health']) {
      const refused = await request(service.url, { method: 'put', path });
      expect(refused.status).to.equal(405);
      description.expectResponse('MethodNotAllowed', refused);
    }
  });

  it('400 and 431 of what is no request', async () => {
    const long = `/${'x'.repeat(20_000)}`;
    const tooLarge = await request(service.url, { method: 'get', path: long });
    expect(tooLarge.status).to.equal(431);
    description.expectResponse('HeadersTooLarge', tooLarge);
    const malformed = await request(service.url, {
      ...{ method: 'post', path: '/messages', body: '{}' },
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(malformed.status).to.equal(400);
    description.expectResponse('MalformedRequest', malformed);
  });

  it('500 of every operation that damaged data can trip', async () => {
    const keys = ['index:due', 'index:failed', 'log:deliveries'];
    for (const key of keys) await redis.client.set(key, 'damaged by hand');
    const headers = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await redis.client.hset('message:damaged', { id: 'damaged', status: 'failed', headers });
    await expectOfAll(500, (name) => DAMAGED[name] ?? {});
    const path = '/messages/batch';
    const batch = await request(service.url, { method: 'post', path, ...ENOUGH[`post ${path}`] });
    description.expectDescribed('post', path, batch);
    const { results } = JSON.parse(batch.text) as { results: readonly { status: number }[] };
    expect(results.map(({ status }) => status)).to.deep.equal([500]);
    await redis.client.del(...keys);
  });

  it('503 of every operation that asks Redis, while it is down', async () => {
    await redis.server.stop();
    await expectOfAll(503, {});
    for (const path of ['/docs', '/openapi.json', '/livez']) {
      expect((await request(service.url, { method: 'get', path })).status).to.equal(200);
    }
  });

  it('leaves no described status of any operation unseen', () => {
    expect(description.all).to.have.length.above(CASES.length);
    expect(description.all.filter((name) => !description.seen.has(name))).to.deep.equal([]);
  });
});
