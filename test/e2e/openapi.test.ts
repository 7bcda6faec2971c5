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
  [422, 'get', '/stats', { query: '?a=1' }],
  [200, 'get', '/health'],
  [200, 'get', '/openapi.json', { anonymous: true }],
  [200, 'get', '/docs', { anonymous: true }],
];

/** A body with which an operation that takes one gets as far as Redis. */
const BODIES: Readonly<Record<string, object>> = {
  'post /messages': messageBody('later'),
  'post /messages/batch': { messages: [messageBody('later')] },
  'patch /messages/{id}': { payload: 1 },
};

/** The query without which an operation does not get as far. */
const QUERIES: Readonly<Record<string, string>> = { 'delete /messages': '?confirm=delete' };

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

  /** Every operation that needs the token or, without, every one that asks Redis. */
  function operations(status: 401 | 503): OperationRequest[] {
    return description.all
      .map((name) => name.split(' '))
      .filter(([, , answer]) => answer === String(status))
      .map(([method = '', path = '']) => {
        const body = BODIES[`${method} ${path}`];
        const query = QUERIES[`${method} ${path}`];
        return {
          ...{ method, path, id: 'new' },
          ...(body === undefined ? {} : { body }),
          ...(query === undefined ? {} : { query }),
        };
      });
  }

  for (const [status, method, path, more] of CASES) {
    const told = [more?.id, more?.query].filter(Boolean).join(' ');
    it(`${status} ${method} ${path} ${told}`, async () => {
      const answer = await request(service.url, { method, path, ...more });
      expect(answer.status, answer.text).to.equal(status);
      description.expectDescribed(method, path, answer);
    });
  }

  it('401 of every operation that needs the token', async () => {
    for (const asked of operations(401)) {
      const answer = await request(service.url, { ...asked, anonymous: true });
      expect(answer.status, `${asked.method} ${asked.path}`).to.equal(401);
      description.expectDescribed(asked.method, asked.path, answer);
    }
  });

  it('404 and 405 of what no route takes', async () => {
    const nowhere = await request(service.url, { method: 'get', path: '/nowhere' });
    description.expectResponse('NotFound', nowhere);
    for (const path of ['/messages', '/docs', '/openapi.json', '/health']) {
      const refused = await request(service.url, { method: 'put', path });
      expect(refused.status).to.equal(405);
      description.expectResponse('MethodNotAllowed', refused);
    }
  });

  it('503 of every operation that asks Redis, while it is down', async () => {
    await redis.server.stop();
    for (const asked of operations(503)) {
      const answer = await request(service.url, asked);
      expect(answer.status, `${asked.method} ${asked.path}`).to.equal(503);
      description.expectDescribed(asked.method, asked.path, answer);
    }
    for (const path of ['/docs', '/openapi.json']) {
      expect((await request(service.url, { method: 'get', path })).status).to.equal(200);
    }
  });

  it('leaves no described status unseen but 500', () => {
    const unseen = description.all.filter((name) => !description.seen.has(name));
    expect(unseen.filter((name) => !name.endsWith(' 500'))).to.deep.equal([]);
  });
});
