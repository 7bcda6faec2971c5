import { expect } from 'chai';
import type { DurableRedis } from '../../scripts/harness/durable-redis.ts';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { type Answer, type Api, apiAt, expectProblem, inMs, messageBody } from '../support/api.ts';
import { durableTestRedis } from '../support/durable-redis.ts';
import { EVERYWHERE, messageKeysLeft, NOWHERE, placesOf } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { USER } from '../support/redis-user.ts';
import {
  endAllServices,
  type ServiceProcess,
  spawnService,
  startService,
} from '../support/service.ts';
import { until } from '../support/until.ts';

/** Longest a client may wait for an answer while Redis is away, in ms. */
const QUICKLY = 2000;

/** Awaits an answer that must come quickly. */
async function quick(answer: Promise<Answer>): Promise<Answer> {
  const since = performance.now();
  const received = await answer;
  expect(performance.now() - since, 'ms until the answer').to.be.below(QUICKLY);
  return received;
}

/** Waits, by asking, until the service says that Redis is there. */
function healthy(api: Api): Promise<boolean> {
  return until('healthy', async () => (await api.health()).status === 200);
}

/** What a refusal for want of Redis is. */
function expectUnavailable(answer: Answer): void {
  const problem = expectProblem(answer, 503);
  expect(problem.code).to.equal('store-unavailable');
  expect(problem.detail).to.contain('Redis');
  expect(answer.headers['retry-after']).to.match(/^\d+$/);
}

/** A way for Redis to be of no use, and how it ends. */
interface Outage {
  readonly what: string;
  begin(redis: DurableRedis): Promise<unknown>;
  /** May be called again. */
  end(redis: DurableRedis): Promise<unknown>;
}

/** Cuts the connections of the service, so that it has to log in again. */
async function cutConnections({ client }: DurableRedis): Promise<void> {
  const clients = String(await client.client('LIST')).split('\n');
  for (const line of clients.filter((line) => line.includes('agendamento:'))) {
    await client.client('KILL', 'ID', Number(/^id=(\d+)/.exec(line)?.[1]));
  }
}

const OUTAGES: Outage[] = [
  { what: 'stopped', begin: (redis) => redis.down(), end: (redis) => redis.up() },
  { what: 'paused', begin: async (redis) => redis.pause(), end: async (redis) => redis.resume() },
  {
    what: 'asking for another password',
    begin: async (redis) => {
      await redis.client.acl('SETUSER', USER.name, 'resetpass', '>another');
      await cutConnections(redis);
    },
    end: (redis) => redis.client.acl('SETUSER', USER.name, 'resetpass', `>${USER.password}`),
  },
];

for (const { what, begin, end } of OUTAGES) {
  describe(`Redis ${what}`, () => {
    let redis: DurableRedis;
    let services: ServiceProcess[];
    let api: Api;
    let english: Api;
    before(async () => {
      redis = await durableTestRedis();
      await redis.up();
      const locales = ['pt-BR', 'en'];
      const starts = locales.map((locale) => startService(redis.port, { API_LOCALE: locale }));
      services = await Promise.all(starts);
      [api, english] = services.map(({ url }) => apiAt(url)) as [Api, Api];
      for (const id of ['stored', 'doubtful']) {
        expect((await api.post(messageBody(id))).status).to.equal(201);
      }
    });
    beforeEach(() => begin(redis));
    afterEach(async () => {
      // A second time, in case that the test failed before it came to it.
      await end(redis);
      await Promise.all([healthy(api), healthy(english)]);
    });
    after(async () => {
      for (const service of services) await service.end();
      await redis.remove();
    });

    it('is answered 503 quickly; nothing is half-written; all works again when it is back', async () => {
      const ids = Array.from({ length: 10 }, (_, n) => `during-${n}`);
      const posts = ids.map((id) => api.post(messageBody(id)));
      const asked = [...posts, api.list(), api.cancel('doubtful')];
      for (const answer of await Promise.all(asked.map(quick))) expectUnavailable(answer);
      await end(redis);
      await healthy(api);
      // What Redis had received before it was paused it may still do: then it does the whole of it.
      for (const id of [...ids, 'doubtful']) {
        expect(await placesOf(redis.client, id), id).to.be.deep.oneOf([EVERYWHERE, NOWHERE]);
      }
      expect((await api.post(messageBody('after'))).status).to.equal(201);
      expect((await api.cancel('after')).status).to.equal(200);
      const { scheduledJobs } = JSON.parse((await api.list()).text);
      expect(scheduledJobs.map((job: { messageId: string }) => job.messageId)).to.include('stored');
    });

    it('is what /health says, in both languages', async () => {
      const answers = await Promise.all([quick(api.health()), quick(english.health())]);
      const words = answers.map((answer) => expectProblem(answer, 503).redis);
      expect(words).to.deep.equal(['desconectado', 'disconnected']);
      await end(redis);
      await healthy(api);
      expect((await api.health()).text).to.equal('{"status":"saudável","redis":"conectado"}');
    });

    it('does not keep many requests at once waiting', async () => {
      const asked = Array.from({ length: 50 }, (_, n) => [
        api.post(messageBody(`many-${n}`)),
        api.list(),
        api.cancel(`nobody-${n}`),
      ]).flat();
      const since = performance.now();
      for (const answer of await Promise.all(asked)) expectUnavailable(answer);
      expect(performance.now() - since, 'ms until the last answer').to.be.below(QUICKLY);
    });
  });
}

describe('Redis that cannot write', () => {
  let redis: DurableRedis;
  let service: ServiceProcess;
  let api: Api;
  const receiver = useReceiver();
  beforeEach(async () => {
    redis = await durableTestRedis();
    await redis.up();
    service = await startService(redis.port);
    api = apiAt(service.url);
  });
  afterEach(async () => {
    await service.end();
    await redis.remove();
  });

  it('for want of memory: POST answers 503 and stores nothing, the rest goes on', async () => {
    await api.post(messageBody('stored'));
    const webhookUrl = receiver.current.url;
    const scheduleTo = inMs(400);
    // The first attempt fails, so that claim, retry and complete all run with the memory full.
    receiver.current.answerWith(({ attempt }, response) => {
      response.writeHead(attempt === 1 ? 500 : 204).end();
    });
    await service.end();
    service = await startService(redis.port, { WEBHOOK_RETRY_BASE_MS: '10' });
    api = apiAt(service.url);
    for (const id of ['due-1', 'due-2'])
      await api.post(messageBody(id, { scheduleTo, webhookUrl }));
    await redis.client.config('SET', 'maxmemory', '1');
    const answer = await quick(api.post(messageBody('refused')));
    expect(expectProblem(answer, 503).code).to.equal('store-full');
    expect(await placesOf(redis.client, 'refused')).to.deep.equal(NOWHERE);
    expect((await quick(api.list())).status).to.equal(200);
    expect((await quick(api.health())).status).to.equal(200);
    await receiver.current.waitFor(4);
    const { client } = redis;
    await until('both are settled', async () => (await client.zcard('index:due')) === 1);
    expect((await quick(api.cancel('stored'))).status).to.equal(200);
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    await client.config('SET', 'maxmemory', '0');
    expect((await api.post(messageBody('refused'))).status).to.equal(201);
    expect([...receiver.current.countById()].sort()).to.deep.equal([
      ['due-1', 2],
      ['due-2', 2],
    ]);
  });

  it('because it is a replica: what writes answers 503 until it is a master again', async () => {
    await api.post(messageBody('stored'));
    const nobody = await freePort();
    await redis.client.replicaof('127.0.0.1', nobody);
    for (const id of ['a', 'b', 'c']) expectUnavailable(await quick(api.post(messageBody(id))));
    expectUnavailable(await quick(api.cancel('stored')));
    expect((await quick(api.list())).status).to.be.oneOf([200, 503]);
    await redis.client.replicaof('NO', 'ONE');
    await healthy(api);
    expect(await messageKeysLeft(redis.client)).to.have.members([
      'due:stored',
      'index:due',
      'message:stored',
    ]);
    expect((await api.post(messageBody('a'))).status).to.equal(201);
    expect((await api.cancel('stored')).status).to.equal(200);
  });
});

describe('Redis that is not there yet when the service starts', () => {
  const receiver = useReceiver();
  let redis: DurableRedis;
  beforeEach(async () => {
    redis = await durableTestRedis();
  });
  afterEach(async () => {
    await endAllServices();
    await redis.remove();
  });

  it('is waited for: 503 until it appears, then all works, without a restart', async () => {
    const webhookUrl = receiver.current.url;
    await redis.up();
    const earlier = await startService(redis.port);
    const overdue = messageBody('overdue', { scheduleTo: inMs(100), webhookUrl });
    await apiAt(earlier.url).post(overdue);
    await earlier.end('SIGKILL');
    await redis.down();

    const port = await freePort();
    const service = spawnService({ REDIS_PORT: String(redis.port), API_PORT: String(port) });
    const api = apiAt(`http://127.0.0.1:${port}`);
    await until('listening', () =>
      api.health().then(
        () => true,
        () => false,
      ),
    );
    expectUnavailable(await quick(api.post(messageBody('early'))));
    expectUnavailable(await quick(api.list()));
    expectUnavailable(await quick(api.cancel('overdue')));
    expect(expectProblem(await quick(api.health()), 503).redis).to.equal('desconectado');
    expect(service.logs.map(({ msg }) => msg)).to.not.include('the service is ready');
    await redis.up();
    await service.logged('the service is ready');
    await receiver.current.waitFor(1);
    expect(
      (await api.post(messageBody('new', { scheduleTo: inMs(50), webhookUrl }))).status,
    ).to.equal(201);
    await receiver.current.waitFor(2);
    expect(await service.end()).to.equal(0);
    expect([...receiver.current.countById().keys()]).to.deep.equal(['overdue', 'new']);
    expect(await messageKeysLeft(redis.client)).to.deep.equal([]);
  });

  it('is noticed again and again: what fell due during an outage is delivered after it', async () => {
    await redis.up();
    const service = await startService(redis.port);
    const api = apiAt(service.url);
    const webhookUrl = receiver.current.url;
    for (const round of [1, 2]) {
      const scheduleTo = inMs(200);
      await api.post(messageBody(`round-${round}`, { scheduleTo, webhookUrl }));
      await redis.down();
      await until('overdue', () => Date.now() > Date.parse(scheduleTo));
      expect(receiver.current.received.length).to.equal(round - 1);
      await redis.up();
      await receiver.current.waitFor(round);
    }
    expect(await service.end()).to.equal(0);
    expect([...receiver.current.countById().values()]).to.deep.equal([1, 1]);
  });
});
