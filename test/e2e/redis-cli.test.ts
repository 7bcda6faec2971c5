import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type Api, apiAt, inMs, messageBody } from '../support/api.ts';
import { commandsOf } from '../support/readme-commands.ts';
import { useReceiver } from '../support/receiver.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const shell = promisify(execFile);

const COMMANDS = commandsOf('README.md', 'Look inside with redis-cli', 'redis-cli');
const FAR = Date.parse(messageBody('').scheduleTo);

const EPOCH_MS = /^\d{13}$/;

/** By how much the next is late. */
const LATENESS =
  `EVAL "local t, d = redis.call('TIME'), redis.call('ZRANGE', 'index:due', 0, 0, 'WITHSCORES') ` +
  'return d[2] and t[1] * 1000 - d[2]" 0';

/** What each command of the README has to print: the lines, when nobody looks at a terminal. */
const PRINTS: Readonly<Record<string, (lines: readonly string[]) => void>> = {
  'ZRANGE index:due 0 9 WITHSCORES': ([slow, lease, next, due]) => {
    expect(slow).to.equal('order-40');
    expect(lease).to.match(EPOCH_MS);
    expect([next, due]).to.deep.equal(['order-42', String(FAR)]);
  },
  'ZCARD index:due': (lines) => expect(lines).to.deep.equal(['2']),
  'HGETALL message:order-42': (lines) => {
    const hash = toHash(lines);
    expect(hash).to.include({ id: 'order-42', status: 'scheduled', attempt: '0' });
    expect(hash).to.include({ payload: '{"hello":"world"}', dueAt: String(FAR) });
  },
  'PTTL due:order-42': ([ms]) => expect(Number(ms)).to.be.closeTo(FAR - Date.now(), 60_000),
  'ZRANGE index:delivering 0 -1 WITHSCORES': ([id, lease, ...rest]) => {
    expect([id, ...rest]).to.deep.equal(['order-40']);
    expect(lease).to.match(EPOCH_MS);
  },
  'HGET message:order-40 claim': ([claim]) => expect(claim).to.match(/^replica-1\/\S{8,}$/),
  'ZRANGE index:failed 0 9 REV WITHSCORES': ([id, at, ...rest]) => {
    expect([id, ...rest]).to.deep.equal(['order-41']);
    expect(at).to.match(EPOCH_MS);
  },
  'HGET message:order-41 lastError': (lines) =>
    expect(lines).to.deep.equal(['the receiver answered 500']),
  'XREVRANGE log:deliveries + - COUNT 10': ([at, ...fields]) => {
    expect(at).to.match(/^\d{13}-\d+$/);
    const { lateness, duration, ...rest } = toHash(fields);
    const error = 'the receiver answered 500';
    const outcome = { outcome: 'rejected', statusCode: '500', error };
    expect(rest).to.deep.equal({ id: 'order-41', attempt: '1', ...outcome });
    expect([Number(lateness), Number(duration)]).to.not.include(Number.NaN);
  },
  [LATENESS]:
    // The lease of the one in flight: the default, 45 s.
    ([ms]) => expect(Number(ms)).to.be.within(-47_000, 0),
  'CONFIG GET notify-keyspace-events': ([name, flags]) => {
    expect(name).to.equal('notify-keyspace-events');
    expect(flags).to.match(/E/).and.match(/[xA]/);
  },
  'PUBSUB NUMSUB __keyevent@0__:expired': (lines) =>
    expect(lines).to.deep.equal(['__keyevent@0__:expired', '1']),
  'MEMORY USAGE message:order-42': ([bytes]) => expect(Number(bytes)).to.be.within(100, 2000),
  'INFO memory': (lines) => expect(lines.join('\n')).to.match(/^used_memory:\d+/m),
};

const ADD = 'HSET message:by-hand ';
const CANCEL = 'DEL message:order-42';

function toHash(lines: readonly string[]): Record<string, string> {
  const pairs = lines.flatMap((line, i) => (i % 2 === 0 ? [[line, lines[i + 1] ?? '']] : []));
  return Object.fromEntries(pairs);
}

describe('e2e: the README’s chapter on redis-cli', () => {
  const receiver = useReceiver();
  let redis: TestRedis;
  let service: ServiceProcess;
  let api: Api;
  let held: ServerResponse | undefined;

  /** Runs a command line of the README against the Redis of the test. */
  async function run(command: string): Promise<string[]> {
    const line = command.replace(/^redis-cli/, `redis-cli -p ${redis.port}`);
    const { stdout } = await shell('sh', ['-c', line]);
    return stdout.trimEnd().split('\n');
  }

  const commandWith = (text: string) =>
    COMMANDS.find((command) => command.startsWith(`redis-cli ${text}`)) ?? '';

  before(async () => {
    redis = await startTestRedis();
    service = await startService(redis.port, {
      REPLICA_NAME: 'replica-1',
      WEBHOOK_MAX_ATTEMPTS: '1',
      RECONCILE_INTERVAL_MS: '200',
      DRAIN_TIMEOUT_MS: '0',
    });
    api = apiAt(service.url);
  });
  after(async () => {
    held?.end();
    await service.end();
    await redis.stop();
  });

  /** One message that waits, one that is being delivered, one that has failed. */
  beforeEach(async () => {
    await redis.client.flushall();
    receiver.current.answerWith(({ id }, response) => {
      if (id === 'order-40') held = response;
      else response.writeHead(id === 'order-41' ? 500 : 204).end();
    });
    const now = { scheduleTo: undefined, delay: 0, webhookUrl: receiver.current.url };
    await api.post(messageBody('order-41', now));
    await until('failed', async () => (await redis.client.zcard('index:failed')) === 1);
    await api.post(messageBody('order-40', now));
    await until('in flight', async () => (await redis.client.zcard('index:delivering')) === 1);
    await api.post(messageBody('order-42'));
  });

  it('has the same commands in both languages', () => {
    expect(COMMANDS).to.have.length.above(12);
    expect(
      commandsOf('README.pt-BR.md', 'Veja por dentro com o redis-cli', 'redis-cli'),
    ).to.deep.equal(COMMANDS);
  });

  it('has no command that is not tested here, and all that are', () => {
    const names = COMMANDS.map((command) => command.replace('redis-cli ', ''));
    const others = names.filter((name) => !(name in PRINTS));
    expect(others).to.deep.equal([commandWith(ADD).replace('redis-cli ', ''), CANCEL]);
    expect(names).to.include.members(Object.keys(PRINTS));
  });

  for (const [command, expectLines] of Object.entries(PRINTS)) {
    it(`redis-cli ${command}`, async () => {
      expectLines(await run(commandWith(command)));
    });
  }

  it('a message written by hand is scheduled, and sent as it was written', async () => {
    const before = receiver.current.received.length;
    await run(commandWith(ADD));
    await until(
      'scheduled',
      async () => (await redis.client.zscore('index:due', 'by-hand')) !== null,
    );
    const { scheduledJobs } = JSON.parse((await api.list()).text);
    expect(scheduledJobs).to.deep.include({
      messageId: 'by-hand',
      nextRun: '2027-01-31T13:00:00.000Z',
      job: 'POST https://example.com/hook',
    });
    expect((await api.cancel('by-hand')).status).to.equal(200);
    const here = commandWith(ADD).replace('https://example.com/hook', receiver.current.url);
    await run(here.replace(/scheduleTo \S+/, 'scheduleTo 2020-01-01'));
    await receiver.current.waitFor(before + 1);
    const { id, body, attempt } = receiver.current.received.at(-1) ?? {};
    expect({ id, body, attempt }).to.deep.equal({
      id: 'by-hand',
      body: '{"order":42}',
      attempt: 1,
    });
    await until('removed', async () => (await redis.client.exists('message:by-hand')) === 0);
  });

  it('one that cannot be read is named in the log once, until it is mended', async () => {
    const wrong = commandWith(ADD).replace(/scheduleTo \S+/, 'scheduleTo someday');
    await run(wrong);
    const { id, reason } = await service.logged('written by hand cannot be scheduled');
    expect([id, reason])
      .to.include('by-hand')
      .and.to.match(/scheduleTo must be an ISO 8601/);
    const walks = () => service.logs.filter(({ msg }) => msg.includes('cannot be scheduled'));
    await run('redis-cli HSET message:by-hand scheduleTo 2099-01-01 webhookUrl nowhere');
    await until('named again, for the other reason', () => walks().length === 2);
    await run(`redis-cli HSET message:by-hand webhookUrl ${receiver.current.url}`);
    await until(
      'scheduled',
      async () => (await redis.client.zscore('index:due', 'by-hand')) !== null,
    );
    expect(walks()).to.have.length(2);
  });

  it('a message whose hash is deleted is gone, and never sent', async () => {
    expect(await run(commandWith(CANCEL))).to.deep.equal(['1']);
    expect((await api.get('/messages/order-42')).status).to.equal(404);
    const before = receiver.current.received.length;
    await api.post(
      messageBody('order-43', { scheduleTo: inMs(500), webhookUrl: receiver.current.url }),
    );
    await run(commandWith(CANCEL).replace('order-42', 'order-43'));
    await until('nothing of it is left', async () => {
      const score = await redis.client.zscore('index:due', 'order-43');
      return score === null && (await redis.client.exists('due:order-43')) === 0;
    });
    expect(receiver.current.received).to.have.length(before);
  });
});
