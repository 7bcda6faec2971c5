import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { type Api, AUTH, ask, expectProblem, JSON_TYPE, messageBody } from '../support/api.ts';
import { EVERYWHERE, messageKeysLeft, placesOf, snapshot } from '../support/message-keys.ts';
import { useService } from '../support/use-service.ts';

/** The contract's words, and how a refusal reads in that language. */
const LOCALES = [
  {
    name: 'pt-BR, the default',
    env: {},
    words: ['agendada', 'removida', 'saudável', 'conectado'],
    unauthorized: /token ausente ou inválido/i,
    exists: 'Já existe uma mensagem com o id "taken"',
    notFound: 'Não há mensagem com o id "nobody"',
    missing: 'payload: é obrigatório',
  },
  {
    name: 'en',
    env: { API_LOCALE: 'en' },
    words: ['scheduled', 'deleted', 'healthy', 'connected'],
    unauthorized: /token missing or invalid/i,
    exists: 'A message with the id "taken" already exists',
    notFound: 'There is no message with the id "nobody"',
    missing: 'payload: is required',
  },
];

const BAD_TOKENS: readonly [what: string, headers: Record<string, string>][] = [
  ['no Authorization', {}],
  ['another token', { authorization: 'Bearer another' }],
  ['a longer token', { authorization: `${AUTH.authorization}x` }],
  ['the token without a scheme', { authorization: AUTH.authorization.slice('Bearer '.length) }],
  ['another scheme', { authorization: AUTH.authorization.replace('Bearer', 'Basic') }],
  ['no token', { authorization: 'Bearer ' }],
  ['two tokens', { authorization: `${AUTH.authorization} and more` }],
];

const GUARDED: readonly [method: string, path: string][] = [
  ['POST', '/messages'],
  ['GET', '/messages'],
  ['DELETE', '/messages/kept'],
  ['GET', '/nowhere'],
  ['PUT', '/messages'],
];

for (const locale of LOCALES) {
  describe(`the HTTP contract (${locale.name})`, () => {
    const [scheduled, removed, healthy, connected] = locale.words;
    const running = useService(locale.env);
    let api: Api;
    let client: Redis;
    before(() => {
      ({ api, client } = running.current);
    });

    it('POST /messages answers 201 and stores the message in all three places', async () => {
      const { status, headers, text } = await api.post(messageBody('first'));
      expect(status).to.equal(201);
      expect(headers['content-type']).to.match(/^application\/json(;|$)/);
      expect(text).to.equal(`{"status":"${scheduled}","messageId":"first"}`);
      expect(await placesOf(client, 'first')).to.deep.equal(EVERYWHERE);
    });

    it('POST of an id that exists answers 409 and changes nothing', async () => {
      await api.post(messageBody('taken'));
      const before = await snapshot(client);
      const again = messageBody('taken', { payload: 'other', scheduleTo: '2098-01-01' });
      expect(expectProblem(await api.post(again), 409).detail).to.equal(locale.exists);
      expect(await snapshot(client)).to.deep.equal(before);
    });

    it('of many POSTs of one id at once exactly one succeeds', async () => {
      const bodies = Array.from({ length: 20 }, (_, n) => messageBody('race', { payload: n }));
      const statuses = (await Promise.all(bodies.map((body) => api.post(body)))).map(
        (a) => a.status,
      );
      expect(statuses.sort()).to.deep.equal([201, ...Array(19).fill(409)]);
      expect(await client.zcard('index:due')).to.equal(1);
    });

    it('GET /messages lists what is scheduled, soonest first', async () => {
      await api.post(messageBody('b', { scheduleTo: '2099-05-01T10:00:00.500-03:00' }));
      await api.post(messageBody('a', { webhookUrl: 'https://example.com/a?b=c' }));
      const { status, headers, text } = await api.list();
      expect(status).to.equal(200);
      expect(headers['content-type']).to.match(/^application\/json(;|$)/);
      const job = (url: string) => `POST ${url}`;
      expect(JSON.parse(text)).to.deep.equal({
        scheduledJobs: [
          {
            messageId: 'a',
            nextRun: '2099-01-01T00:00:00.000Z',
            job: job('https://example.com/a?b=c'),
          },
          {
            messageId: 'b',
            nextRun: '2099-05-01T13:00:00.500Z',
            job: job('http://127.0.0.1:9/hook'),
          },
        ],
        count: 2,
      });
    });

    it('GET /messages of nothing is an empty list', async () => {
      expect((await api.list()).text).to.equal('{"scheduledJobs":[],"count":0}');
    });

    it('DELETE /messages/{id} answers 200 and leaves nothing', async () => {
      await api.post(messageBody('gone'));
      const { status, text } = await api.cancel('gone');
      expect(status).to.equal(200);
      expect(text).to.equal(`{"status":"${removed}","messageId":"gone"}`);
      expect(await messageKeysLeft(client)).to.deep.equal([]);
      expectProblem(await api.cancel('gone'), 404);
    });

    it('DELETE of an unknown id answers 404', async () => {
      expect(expectProblem(await api.cancel('nobody'), 404).detail).to.equal(locale.notFound);
    });

    it('an id is free again after DELETE', async () => {
      await api.post(messageBody('again'));
      await api.cancel('again');
      expect((await api.post(messageBody('again'))).status).to.equal(201);
    });

    it('GET /health needs no token', async () => {
      const { status, headers, text } = await api.health();
      expect(status).to.equal(200);
      expect(headers['content-type']).to.match(/^application\/json(;|$)/);
      expect(text).to.equal(`{"status":"${healthy}","redis":"${connected}"}`);
    });

    for (const [what, headers] of BAD_TOKENS) {
      it(`with ${what} everything but /health answers 401`, async () => {
        await api.post(messageBody('kept'));
        const before = await snapshot(client);
        for (const [method, path] of GUARDED) {
          const body = method === 'POST' ? JSON.stringify(messageBody('intruder')) : '';
          const asked = { method, path, headers: { ...JSON_TYPE, ...headers }, body };
          const answer = await ask(running.current.service.url, asked);
          expect(expectProblem(answer, 401).detail).to.match(locale.unauthorized);
          expect(answer.headers['www-authenticate']).to.match(/^Bearer\b/);
        }
        expect(await snapshot(client)).to.deep.equal(before);
        const open = await ask(running.current.service.url, {
          method: 'GET',
          path: '/health',
          headers,
        });
        expect(open.status).to.equal(200);
      });
    }

    it('says what is wrong with a request in its language', async () => {
      const { payload: _payload, ...body } = messageBody('incomplete');
      expect(expectProblem(await api.post(body), 422).detail).to.equal(locale.missing);
    });
  });
}

/** Any text can be an id; each of these once broke some part of some scheduler. */
const IDS = [
  '5511999999999@s.whatsapp.net',
  'a/b/c',
  '/',
  'with space',
  ' ',
  'ação 日本語 🦄',
  '100%',
  '%2F',
  '%zz',
  'a?b=c#d',
  'a+b&c;d,e',
  '"quoted" \\ back\\slash',
  '...',
  '*',
  '{7}:tagged',
  ':due:message:',
  '__proto__',
  'constructor',
  'x'.repeat(256),
];

describe('ids', () => {
  const running = useService();

  for (const id of IDS) {
    it(`${JSON.stringify(id).slice(0, 40)} is scheduled, listed and deleted`, async () => {
      const { api, client } = running.current;
      const posted = await api.post(messageBody(id));
      expect(posted.status, posted.text).to.equal(201);
      expect(JSON.parse(posted.text)).to.deep.equal({ status: 'agendada', messageId: id });
      expect(await placesOf(client, id)).to.deep.equal(EVERYWHERE);
      const { scheduledJobs } = JSON.parse((await api.list()).text);
      expect(scheduledJobs.map((job: { messageId: string }) => job.messageId)).to.deep.equal([id]);
      expectProblem(await api.post(messageBody(id)), 409);
      const cancelled = await api.cancel(id);
      expect(cancelled.status, cancelled.text).to.equal(200);
      expect(JSON.parse(cancelled.text)).to.deep.equal({ status: 'removida', messageId: id });
      expect(await messageKeysLeft(client)).to.deep.equal([]);
    });
  }
});
