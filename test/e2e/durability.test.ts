import { expect } from 'chai';
import type { OpenApiDocument } from '../../src/http/openapi/document.ts';
import { type Answer, expectProblem, messageBody } from '../support/api.ts';
import { type Description, readDescription } from '../support/described.ts';
import { useRedis } from '../support/redis.ts';
import { useReplicatedRedis } from '../support/replicated-redis.ts';
import { type OperationRequest, request } from '../support/requests.ts';
import { type ServiceProcess, spawnService, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const ONE = '/messages/{id}';

const WORDS = {
  'pt-BR': { scheduled: 'agendada', removed: 'removida' },
  en: { scheduled: 'scheduled', removed: 'deleted' },
} as const;

/** Longest a client may wait for an answer, in ms: as long as a command of Redis may take, and a little. */
const QUICKLY = 1000;

for (const [locale, words] of Object.entries(WORDS)) {
  describe(`durability over HTTP, ${locale}`, () => {
    const redis = useReplicatedRedis(1);
    let service: ServiceProcess;
    let description: Description;

    before(async () => {
      const { port } = redis.current.master;
      service = await startService(port, {
        ...{ DURABILITY: 'replica:1', API_LOCALE: locale, REDIS_TIMEOUT_MS: '400' },
      });
      const { text } = await request(service.url, { method: 'get', path: '/openapi.json' });
      description = readDescription(JSON.parse(text) as OpenApiDocument);
    });
    after(() => service.end());

    /** Sends a request; its answer must come quickly and be as described. */
    async function send(
      method: string,
      path: string,
      more: Partial<OperationRequest> = {},
    ): Promise<Answer> {
      const since = performance.now();
      const answer = await request(service.url, { method, path, ...more });
      expect(performance.now() - since, 'ms until the answer').to.be.below(QUICKLY);
      description.expectDescribed(method, path, answer);
      return answer;
    }

    const post = (id: string, query = '') =>
      send('post', '/messages', { query, body: messageBody(id) });

    function pauseReplica(): void {
      const [replica] = redis.current.replicas;
      if (replica !== undefined) redis.current.pause(replica);
    }

    it('says what was reached, of every change, and nothing where memory is enough', async () => {
      const reached = { durability: 'replica:1' };
      const bodies: [Answer, object][] = [
        [await post('a'), { status: words.scheduled, messageId: 'a', ...reached }],
        [
          await post('a', '?onConflict=ignore'),
          { status: words.scheduled, messageId: 'a', ...reached },
        ],
        [await post('b', '?durability=memory'), { status: words.scheduled, messageId: 'b' }],
        [
          await send('post', '/messages/batch', {
            body: { messages: [messageBody('c'), messageBody('d')] },
          }),
          {
            results: [
              { status: 201, messageId: 'c', ...reached },
              { status: 201, messageId: 'd', ...reached },
            ],
          },
        ],
        [
          await send('delete', ONE, { id: 'a' }),
          { status: words.removed, messageId: 'a', ...reached },
        ],
        [
          await send('delete', ONE, { id: 'b', query: '?durability=memory' }),
          { status: words.removed, messageId: 'b' },
        ],
        [
          await send('delete', '/messages', { query: '?confirm=delete' }),
          { status: words.removed, count: 2, ...reached },
        ],
      ];
      for (const [{ text }, body] of bodies) expect(JSON.parse(text)).to.deep.equal(body);
      await post('e');
      for (const answer of [
        await send('patch', ONE, { id: 'e', body: { payload: 1 } }),
        await send('post', '/messages/{id}/fire', { id: 'e' }),
        await send('post', '/messages/replay'),
      ]) {
        expect(JSON.parse(answer.text)).to.include(reached);
      }
    });

    it('answers 503 when it was not reached in time: the message may be there', async () => {
      pauseReplica();
      const problem = expectProblem(await post('a'), 503);
      expect(problem.code).to.equal('not-durable');
      expect(problem.detail).to.contain('replica:1');
      expect(await redis.current.master.client.exists('message:a')).to.equal(1);
      const { text } = await send('post', '/messages/batch', {
        body: { messages: [messageBody('a'), messageBody('b'), 7] },
      });
      const { results } = JSON.parse(text) as { results: { code: string }[] };
      expect(results.map(({ code }) => code)).to.deep.equal([
        ...['message-exists', 'not-durable', 'invalid-message'],
      ]);
      for (const [method, path, more] of [
        ['patch', ONE, { body: { payload: 1 } }],
        ['delete', ONE, {}],
        ['delete', '/messages', { query: '?confirm=delete' }],
      ] as const) {
        const answer = await send(method, path, { id: 'a', ...more });
        expect(expectProblem(answer, 503).code).to.equal('not-durable');
      }
    });

    it('a request repeated until it is answered 2xx is durable then', async () => {
      pauseReplica();
      const again = () => post('a', '?onConflict=ignore');
      expectProblem(await again(), 503);
      const [replica] = redis.current.replicas;
      if (replica === undefined) throw new Error('there is one');
      redis.current.resume(replica);
      await until('answered 200', async () => (await again()).status === 200);
      expect(await replica.client.exists('message:a')).to.equal(1);
    });

    it('refuses what is none, and what this Redis does not have, before anything is done', async () => {
      await post('kept');
      const changes = [
        ['post', '/messages', { body: messageBody('new') }],
        ['post', '/messages/batch', { body: { messages: [messageBody('new')] } }],
        ['patch', ONE, { id: 'kept', body: { payload: 1 } }],
        ['delete', ONE, { id: 'kept' }],
        ['post', '/messages/{id}/fire', { id: 'kept' }],
        ['post', '/messages/{id}/replay', { id: 'kept' }],
        ['post', '/messages/replay', {}],
        ['delete', '/messages', { query: '?confirm=delete' }],
      ] as const;
      for (const [method, path, more] of changes) {
        for (const [asked, why] of [
          ['replica:0', 'replica:<n>'],
          ['fsync', 'Redis 7.2'],
        ] as const) {
          const query = `${'query' in more ? `${more.query}&` : '?'}durability=${asked}`;
          const answer = await send(method, path, { ...more, query });
          const { code, errors = [] } = expectProblem(answer, 422);
          expect([code, errors[0]?.field]).to.deep.equal(['invalid-query', 'durability']);
          expect(errors[0]?.detail).to.contain(why);
        }
      }
      const { client } = redis.current.master;
      expect(await client.keys('message:*')).to.deep.equal(['message:kept']);
    });

    it('of what only looks there is none', async () => {
      for (const path of ['/messages', '/stats']) {
        expectProblem(await send('get', path, { query: '?durability=memory' }), 422);
      }
    });
  });
}

describe('a service whose Redis does not have the durability it is set to', () => {
  const redis = useRedis();

  it('ends with a line that says why', async () => {
    const service = spawnService({
      REDIS_PORT: String(redis.current.port),
      DURABILITY: 'fsync',
    });
    const { msg } = await service.logged('could not start');
    expect(msg).to.match(/DURABILITY: fsync .*WAITAOF.* Redis 7\.2 or newer with appendonly yes/);
    expect(await service.end()).to.equal(1);
  });
});
