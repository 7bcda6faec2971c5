import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { apiAt, ask, expectProblem, messageBody } from '../support/api.ts';
import { snapshot } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { type Ended, runMain } from '../support/run-main.ts';
import { spawnService, startService, TOKEN } from '../support/service.ts';
import { until } from '../support/until.ts';

/** What must not be seen in any output. */
const SECRET = 'hush hush';

/** Settings the service must not start with, and the lines that say so. */
const REFUSED: readonly [what: string, env: Record<string, string>, lines: string[]][] = [
  ['no token', {}, ['API_TOKEN: is required and not set']],
  ['an empty token', { API_TOKEN: '' }, ['API_TOKEN: is required and not set']],
  [
    'a token that no header can carry',
    { API_TOKEN: SECRET },
    ['API_TOKEN: must match pattern "^[!-~]+$"'],
  ],
  [
    'a token among others that no header can carry',
    { API_TOKENS: `ci:read:ok,ops:admin:${SECRET}` },
    ['API_TOKENS: entry 2 (ops) must have a token of visible ASCII characters'],
  ],
  [
    'a number that is none',
    { API_TOKEN: TOKEN, WEBHOOK_TIMEOUT_MS: 'soon' },
    ['WEBHOOK_TIMEOUT_MS: must be integer, is "soon"'],
  ],
  [
    'a number out of bounds',
    { API_TOKEN: TOKEN, PARTITIONS: '0', REDIS_DB: '1.5' },
    ['PARTITIONS: must be >= 1, is "0"', 'REDIS_DB: must be integer, is "1.5"'],
  ],
  [
    'a word that is none of the choices',
    { API_TOKEN: TOKEN, API_LOCALE: 'fr' },
    ['API_LOCALE: must be equal to one of the allowed values: pt-BR, en, is "fr"'],
  ],
  [
    'a durability that is none',
    { API_TOKEN: TOKEN, DURABILITY: 'replica:0' },
    ['DURABILITY: must match format "memory | replica:<1 to 9> | fsync", is "replica:0"'],
  ],
  [
    'settings that do not exist, whatever they hold',
    { API_TOKEN: TOKEN, REDIS_PASWORD: SECRET, WEBHOOK_RETRIES: '3' },
    [
      'REDIS_PASWORD: is not a setting; check its spelling or remove it',
      'WEBHOOK_RETRIES: is not a setting; check its spelling or remove it',
    ],
  ],
  [
    'what Kubernetes adds for a Service named redis',
    { API_TOKEN: TOKEN, REDIS_SERVICE_HOST: '10.0.0.1' },
    [
      'REDIS_SERVICE_HOST: is not a setting; Kubernetes sets it for a Service of that name: put ' +
        'enableServiceLinks: false in the pod spec',
    ],
  ],
  [
    'a lease that is over before the attempt',
    { API_TOKEN: TOKEN, WEBHOOK_TIMEOUT_MS: '5000', WEBHOOK_LEASE_MS: '5000' },
    ['WEBHOOK_LEASE_MS: must be at least WEBHOOK_TIMEOUT_MS (5000) + 500, is 5000'],
  ],
  [
    'several problems at once',
    { REDIS_PASSWORD: SECRET, LOG_LEVEL: 'loud', DRAIN_TIMEOUT_MS: '-1', API_TOKNE: SECRET },
    [
      'API_TOKEN: is required and not set',
      'API_TOKNE: is not a setting; check its spelling or remove it',
      'DRAIN_TIMEOUT_MS: must be >= 0, is "-1"',
      'LOG_LEVEL: must be equal to one of the allowed values: trace, debug, info, warn, error, ' +
        'fatal, silent, is "loud"',
    ],
  ],
];

describe('settings', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'agendamento-settings-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  describe('that are wrong', () => {
    let server: Server;
    let connections = 0;
    /** All runs at once: most of each is the start of node. */
    let runs: Map<string, Ended>;
    before(async () => {
      // Where Redis would be, and where the API would listen: a try of either would be seen.
      server = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const port = String((server.address() as AddressInfo).port);
      const places = { API_HOST: '127.0.0.1', API_PORT: port, REDIS_HOST: '127.0.0.1' };
      const ended = REFUSED.map(async ([what, env]): Promise<[string, Ended]> => {
        return [what, await runMain({ ...places, REDIS_PORT: port, ...env }, tmpdir())];
      });
      runs = new Map(await Promise.all(ended));
    });
    after(() => void server.close());

    for (const [what, , lines] of REFUSED) {
      it(`${what}: exit code 1 and a line for each, before anything is opened`, () => {
        const ended = runs.get(what);
        expect([...(ended?.stderr ?? [])].sort()).to.deep.equal(lines);
        expect(ended?.code).to.equal(1);
        expect(ended?.stdout).to.equal('');
        expect(connections).to.equal(0);
      });
    }

    it('--check-config says the same, and contacts nothing when they are fine either', async () => {
      const port = String((server.address() as AddressInfo).port);
      const env = { API_TOKEN: SECRET, REDIS_PORT: port, LOG_LEVEL: 'loud' };
      const wrong = await runMain(env, tmpdir(), '--check-config');
      expect(wrong.code).to.equal(1);
      expect(wrong.stdout).to.equal('');
      expect(wrong.stderr).to.have.length(2);
      expect(wrong.stderr.join()).to.match(/API_TOKEN: must match.*LOG_LEVEL: must be equal/);
      const set = { API_TOKEN: TOKEN, REDIS_PASSWORD: SECRET, REDIS_PORT: port, API_PORT: port };
      const fine = await runMain(set, tmpdir(), '--check-config');
      expect(fine.code).to.equal(0);
      expect(fine.stderr).to.deep.equal([]);
      expect(fine.stdout).to.match(/^The settings are fine: 4 of \d+ are set\.\n/);
      expect(fine.stdout).to.contain(`\nREDIS_PORT=${port}\n`);
      expect(fine.stdout).to.contain('\nREDIS_PASSWORD=***\n').and.not.contain(SECRET);
      expect(connections).to.equal(0);
    });

    it('--check-config reads .env as a start does', async () => {
      writeFileSync(path.join(directory, '.env'), 'API_TOKEN=t\nAPI_PORT=81\n');
      const { code, stdout } = await runMain({ API_PORT: '82' }, directory, '--check-config');
      expect(code).to.equal(0);
      expect(stdout).to.contain('\nAPI_PORT=82\n');
    });

    it('--help needs no settings at all, right or wrong', async () => {
      const { code, stdout, stderr } = await runMain({ API_PORT: 'x' }, tmpdir(), '--help');
      expect(code).to.equal(0);
      expect(stderr).to.deep.equal([]);
      expect(stdout)
        .to.match(/^node dist\/main\.js .*\n/)
        .and.contain('\n  LOG_LEVEL=info  (trace, ');
    });

    it('as arguments are refused, and nothing is started', async () => {
      const { code, stdout, stderr } = await runMain({ API_TOKEN: 't' }, tmpdir(), 'API_PORT=1');
      expect(code).to.equal(1);
      expect(stdout).to.equal('');
      expect(stderr.join(' ')).to.match(/'API_PORT=1'.*--help says what there is/);
    });

    it('in .env are refused like the others', async () => {
      writeFileSync(path.join(directory, '.env'), 'API_TOKEN=t\nAPI_PORT=http\nREDIS_HOTS=a\n');
      const { code, stderr } = await runMain({}, directory);
      expect(code).to.equal(1);
      expect([...stderr].sort()).to.deep.equal([
        'API_PORT: must be integer, is "http"',
        'REDIS_HOTS: is not a setting; check its spelling or remove it',
      ]);
    });
  });

  describe('with a Redis', () => {
    const redis = useRedis();
    const receiver = useReceiver();
    const place = () => ({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.current.port) });

    it('are read from .env in the working directory; the environment wins', async () => {
      const file = [
        '# a comment',
        `REDIS_PORT=${redis.current.port}`,
        'REDIS_HOST = "127.0.0.1"',
        "API_TOKEN='from-the-file'",
        'API_LOCALE=en',
        'API_PORT=1',
        'SOMETHING_OF_ANOTHER_PROGRAM=1',
      ];
      writeFileSync(path.join(directory, '.env'), file.join('\n'));
      const env = { API_HOST: '127.0.0.1', API_PORT: '0' };
      const service = spawnService(env, directory);
      const url = String((await service.logged('the service is ready')).url);
      expect((await apiAt(url).health()).text).to.equal('{"status":"healthy","redis":"connected"}');
      const headers = { authorization: 'Bearer from-the-file' };
      expect((await ask(url, { method: 'GET', path: '/messages', headers })).status).to.equal(200);
      expectProblem(await apiAt(url).list(), 401);
      expect(await service.end()).to.equal(0);
    });

    it('a wrong password: the service waits, and its log does not show the password', async () => {
      const { client } = redis.current;
      await client.config('SET', 'requirepass', 'the-right-one');
      const env = { ...place(), REDIS_PASSWORD: 'the-wrong-one', LOG_LEVEL: 'trace' };
      const service = spawnService(env);
      await service.logged('unreachable');
      await client.config('SET', 'requirepass', 'the-wrong-one');
      await service.logged('the service is ready');
      expect(await service.end()).to.equal(0);
      await client.config('SET', 'requirepass', '');
      expect(JSON.stringify(service.logs)).to.not.match(/the-(wrong|right)-one|test-token/);
    });

    it('a port that is taken: exit code 1 and a line that says so', async () => {
      const { port } = new URL(receiver.current.url);
      const env = { ...place(), API_TOKEN: TOKEN, API_HOST: '127.0.0.1', API_PORT: port };
      const { code, stdout } = await runMain(env, directory);
      expect(code).to.equal(1);
      expect(stdout).to.match(new RegExp(`could not start.*127\\.0\\.0\\.1:${port}`));
    });

    it('PARTITIONS changed over messages: exit code 1, a clear line, and nothing touched', async () => {
      const first = await startService(redis.current.port, { PARTITIONS: '4' });
      for (const id of ['a', 'b', 'c']) await apiAt(first.url).post(messageBody(id));
      expect(await first.end()).to.equal(0);
      const { client } = redis.current;
      const stored = await snapshot(client);
      const env = { ...place(), API_TOKEN: TOKEN, API_HOST: '127.0.0.1', API_PORT: '0' };
      const others = ['1', '3', '8'].map(async (partitions) => {
        const ended = await runMain({ ...env, PARTITIONS: partitions }, directory);
        expect(ended.code).to.equal(1);
        expect(ended.stdout).to.contain(`PARTITIONS is ${partitions}, but`);
        expect(ended.stdout).to.contain('set PARTITIONS=4');
        expect(ended.stdout).to.not.contain('"ready"');
      });
      await Promise.all(others);
      expect(await snapshot(client)).to.deep.equal(stored);
      const again = await startService(redis.current.port, { PARTITIONS: '4' });
      expect(JSON.parse((await apiAt(again.url).list()).text).count).to.equal(3);
      expect(await again.end()).to.equal(0);
    });

    it('PARTITIONS changed over failed messages only is refused as well', async () => {
      const webhookUrl = receiver.current.url;
      receiver.current.answerWith((_request, response) => response.writeHead(500).end());
      const first = await startService(redis.current.port, { WEBHOOK_MAX_ATTEMPTS: '1' });
      await apiAt(first.url).post(messageBody('dead', { scheduleTo: '2020-01-01', webhookUrl }));
      const { client } = redis.current;
      await until('failed', async () => (await client.zcard('index:failed')) === 1);
      expect(await first.end()).to.equal(0);
      const env = { ...place(), API_TOKEN: TOKEN, API_HOST: '127.0.0.1', API_PORT: '0' };
      const ended = await runMain({ ...env, PARTITIONS: '2' }, directory);
      expect(ended.code).to.equal(1);
      expect(ended.stdout).to.contain('set PARTITIONS=1');
    });

    it('PARTITIONS changed over nothing is fine', async () => {
      for (const partitions of ['1', '8', '2']) {
        const scheduleTo = '2020-01-01';
        const service = await startService(redis.current.port, { PARTITIONS: partitions });
        const before = receiver.current.received.length;
        const body = messageBody('once', { scheduleTo, webhookUrl: receiver.current.url });
        expect((await apiAt(service.url).post(body)).status).to.equal(201);
        await receiver.current.waitFor(before + 1);
        // Ending waits for what is in flight, so the message is settled and gone.
        expect(await service.end()).to.equal(0);
      }
    });
  });
});
