import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { OPEN_PATHS } from '../../src/http/routes.ts';
import { type Answer, type Asked, ask, expectProblem, messageBody } from '../support/api.ts';
import { FACTOR, SEED } from '../support/fuzz/basics.ts';
import { anyRequest, FAILED_IDS, LIMITED_TOKENS } from '../support/fuzz/requests.ts';
import { snapshot } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { redisNow } from '../support/redis-state.ts';
import { request } from '../support/requests.ts';
import { TOKEN } from '../support/service.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

/** Sequences of requests, each on data of its own. */
const RUNS = 60 * FACTOR;

/** An answer takes no longer, in ms; a slow machine included. */
const DEADLINE_MS = 5000;

/** Dead letters, put there by hand. */
async function seedFailed(client: Redis, webhookUrl: string): Promise<void> {
  for (const id of FAILED_IDS) {
    const fields = { ...messageBody(id), webhookUrl, payload: '{}', status: 'failed', attempt: 1 };
    await client.hset(`message:${id}`, fields);
    await client.zadd('index:failed', Date.now(), id);
  }
}

const { read, write, admin, spent } = LIMITED_TOKENS;
const API_TOKENS = `r:read:${read},w:write:${write},a:admin:${admin},s:read+write+admin:${spent}`;

const BURST = 2000 * FACTOR;

/** Spends what a token may ask for: a batch counts as its messages, here of nothing that could be stored. */
async function spendAll(url: string, token: string): Promise<void> {
  const body = { messages: Array.from({ length: 1000 }, () => 0) };
  const batch = { method: 'post', path: '/messages/batch', token, body };
  while ((await request(url, batch)).status !== 429);
}

/** Holds a success against what its token may do. */
function expectPermitted({ method, path, headers }: Asked): void {
  const token = String(headers?.authorization).replace('Bearer ', '');
  if (OPEN_PATHS.has(path.replace(/\/?(?:\?.*)?$/, '')) || token === TOKEN) return;
  expect(token).to.be.oneOf(method === 'GET' || method === 'HEAD' ? [read] : [write, admin]);
}

interface Result {
  readonly status: number;
  readonly detail?: string;
  readonly messageId?: string;
}

/** What an answer with a problem must be, and whether anything may have changed. */
function checkAnswer({ method, path }: Asked, answer: Answer): { mayChange: boolean } {
  // Emptying Redis takes away what proves that its events flow: not ready, for a moment.
  const highest = path.startsWith('/readyz') ? 503 : 499;
  expect(answer.status, answer.text).to.be.within(200, highest);
  if (method === 'HEAD') return { mayChange: false };
  if (answer.status >= 400) {
    expectProblem(answer, answer.status);
    return { mayChange: false };
  }
  expect(answer.headers['content-type']).to.match(/^(?:application\/json|text\/(?:html|plain))/);
  if (answer.status !== 207) return { mayChange: method !== 'GET' };
  const { results } = JSON.parse(answer.text) as { results: readonly Result[] };
  for (const { status, detail, messageId } of results) {
    expect(status, answer.text).to.be.within(200, 499);
    expect(status < 400 ? messageId : detail)
      .to.be.a('string')
      .that.is.not.equal('');
  }
  return { mayChange: results.some(({ status }) => status < 400) };
}

describe(`any request to any route, seed ${SEED}`, () => {
  const receiver = useReceiver();
  // What is due is claimed and never answered, and then nothing changes by itself.
  const running = useService({
    WEBHOOK_TIMEOUT_MS: '600000',
    WEBHOOK_CONCURRENCY: '10000',
    DRAIN_TIMEOUT_MS: '0',
    API_TOKENS,
    // Enough for all that is asked here.
    API_RATE_LIMIT: '0.01',
    API_RATE_BURST: String(BURST),
  });
  let held: ServerResponse[] = [];
  beforeEach(() => receiver.current.answerWith((_request, response) => void held.push(response)));

  const settled = () =>
    until('all that is due is claimed', async () => {
      const { client } = running.current;
      return (await client.zcount('index:due', '-inf', await redisNow(client))) === 0;
    });

  async function begin(): Promise<Record<string, string>> {
    const { client, api } = running.current;
    await client.flushall();
    // Their messages have gone: what comes of them changes nothing.
    for (const response of held) response.end();
    held = [];
    const webhookUrl = receiver.current.url;
    await seedFailed(client, webhookUrl);
    await api.post(messageBody('a', { webhookUrl, tags: ['a'] }));
    await api.post(messageBody('b/c', { webhookUrl, scheduleTo: '2020-01-01' }));
    await settled();
    return snapshot(client);
  }

  /** Sends requests one after the other; what is refused must not have changed anything. */
  async function run(
    requests: readonly { operation: string; asked: Asked }[],
    seen: Set<string>,
  ): Promise<void> {
    let stored = await begin();
    for (const { operation, asked } of requests) {
      const answer = await ask(running.current.service.url, asked, DEADLINE_MS);
      const { mayChange } = checkAnswer(asked, answer);
      if (answer.status < 400) expectPermitted(asked);
      seen.add(String(answer.status));
      if (mayChange) await settled();
      const now = await snapshot(running.current.client);
      if (!mayChange) expect(now, `${answer.status} ${answer.text}`).to.deep.equal(stored);
      stored = now;
      seen.add(`${operation} ${answer.status < 400 ? 'done' : 'refused'}`);
    }
  }

  it('is answered in time, never with a 5xx, and a refused one changes nothing', async function () {
    this.timeout(60_000 * FACTOR);
    const seen = new Set<string>();
    await spendAll(running.current.service.url, spent);
    const requests = fc.array(anyRequest(receiver.current.url), { minLength: 1, maxLength: 10 });
    const property = fc.asyncProperty(requests, (some) => run(some, seen));
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
    // A generator gone wrong would find nothing: most operations must have come to both ends.
    expect([...seen]).to.include.members(['403', '429']);
    expect([...seen].filter((name) => name.endsWith('done'))).to.have.length.above(10);
    expect([...seen].filter((name) => name.endsWith('refused'))).to.have.length.above(10);
  });
});
