import { expect } from 'chai';
import type { DurableRedis } from '../../scripts/harness/durable-redis.ts';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { type Answer, apiAt, ask, expectProblem, inMs, messageBody } from '../support/api.ts';
import { durableTestRedis } from '../support/durable-redis.ts';
import { useReceiver } from '../support/receiver.ts';
import { startTestRedis, type TestRedis, useRedis } from '../support/redis.ts';
import {
  endAllServices,
  type ServiceProcess,
  spawnService,
  useServices,
} from '../support/service.ts';
import { until } from '../support/until.ts';

const READY = {
  ...{ redis: 'connected', role: 'master', scripts: 'loaded' },
  ...{ events: 'on', intake: 'open' },
};

/** Asks as a probe does: without a token. */
const probe = (url: string, path: string): Promise<Answer> => ask(url, { method: 'GET', path });

/** Waits until a service wants work; returns its checks. */
function ready(url: string): Promise<Record<string, string>> {
  return until('ready', async () => {
    const { status, text } = await probe(url, '/readyz');
    return status === 200 && (JSON.parse(text).checks as Record<string, string>);
  });
}

/** Waits until a check has come to a state in which the service wants no work. */
async function unready(url: string, check: string, state: string): Promise<void> {
  const answer = await until(`${check}: ${state}`, async () => {
    const asked = await probe(url, '/readyz');
    return JSON.parse(asked.text).checks[check] === state && asked;
  });
  const { code, detail } = expectProblem(answer, 503);
  expect(code).to.equal('not-ready');
  expect(detail).to.include(`${check}: ${state}`);
  expect(answer.headers['retry-after']).to.equal('1');
}

async function expectAlive(url: string): Promise<void> {
  const { status, text } = await probe(url, '/livez');
  expect([status, text]).to.deep.equal([200, '{"status":"vivo"}']);
}

describe('probes of a service that is well', () => {
  const redis = useRedis();
  const start = useServices(redis);

  it('say so, each check by name, without a token and whatever the query', async () => {
    const { url } = await start();
    expect(await ready(url)).to.deep.equal(READY);
    await expectAlive(url);
    for (const path of ['/livez?verbose=1', '/readyz?verbose=1&exclude=redis', '/readyz/']) {
      expect((await probe(url, path)).status, path).to.equal(200);
    }
    const { text } = await probe(url, '/readyz');
    expect(JSON.parse(text)).to.deep.equal({ status: 'pronto', checks: READY });
  });

  it('a thousand at once cost Redis no more than one a second', async () => {
    const { url } = await start();
    await ready(url);
    const { client } = redis.current;
    const looks = async () => {
      const calls = /cmdstat_info:calls=(\d+)/.exec(await client.info('commandstats'))?.[1];
      return Number(calls);
    };
    const before = await looks();
    const since = performance.now();
    await Promise.all(Array.from({ length: 1000 }, () => probe(url, '/readyz')));
    // One a second; the look of this test is one more.
    const seconds = Math.ceil((performance.now() - since) / 1000);
    expect((await looks()) - before).to.be.at.most(seconds + 2);
  });

  it('ROLE=api: there is no subscription to wait for', async () => {
    const { url } = await start({ ROLE: 'api' });
    const { events: _, ...checks } = READY;
    expect(await ready(url)).to.deep.equal(checks);
    await expectAlive(url);
  });

  it('ROLE=worker and WORKERS=2 have them, too', async () => {
    for (const env of [{ ROLE: 'worker' }, { WORKERS: '2' }]) {
      const { url } = await start(env);
      expect(await ready(url)).to.deep.equal(READY);
      await expectAlive(url);
      expect((await probe(url, '/health')).status).to.equal(200);
    }
  });
});

describe('probes while Redis', () => {
  let redis: DurableRedis;
  let service: ServiceProcess;
  const port = freePort();

  beforeEach(async () => {
    // It can be asked while it loads.
    const slow = ['--loading-process-events-interval-bytes', '1024'];
    redis = await durableTestRedis(['--appendonly', 'no', ...slow]);
  });
  afterEach(async () => {
    await endAllServices();
    await redis.remove();
  });

  /** Starts the service; resolves when it answers. */
  async function launch(over: Record<string, string> = {}): Promise<void> {
    const env = { REDIS_PORT: String(redis.port), API_PORT: String(await port), ...over };
    service = { ...spawnService(env), url: `http://127.0.0.1:${await port}` };
    await until('listening', () =>
      expectAlive(service.url).then(
        () => true,
        () => false,
      ),
    );
  }

  async function wellAtFirst(over: Record<string, string> = {}): Promise<void> {
    await redis.up();
    await launch(over);
    await ready(service.url);
  }

  it('is not there yet: alive, not ready, then ready without a restart', async () => {
    await launch();
    await unready(service.url, 'redis', 'unreachable');
    await unready(service.url, 'intake', 'starting');
    await redis.up();
    expect(await ready(service.url)).to.deep.equal(READY);
  });

  it('has gone, and comes back', async () => {
    await wellAtFirst();
    await redis.down();
    await unready(service.url, 'redis', 'unreachable');
    await unready(service.url, 'events', 'unproven');
    await expectAlive(service.url);
    await redis.up();
    expect(await ready(service.url)).to.deep.equal(READY);
  });

  it('falls silent: what is asked of the service is answered all the same', async () => {
    await wellAtFirst();
    redis.pause();
    await unready(service.url, 'redis', 'unreachable');
    await expectAlive(service.url);
    redis.resume();
    await ready(service.url);
  });

  it('became a replica, and a master again', async () => {
    await wellAtFirst();
    await redis.client.replicaof('127.0.0.1', await freePort());
    await unready(service.url, 'role', 'replica');
    await expectAlive(service.url);
    await redis.client.replicaof('NO', 'ONE');
    expect(await ready(service.url)).to.deep.equal(READY);
  });

  it('loads its data', async () => {
    const other: TestRedis = await startTestRedis(['--repl-diskless-sync-delay', '0']);
    try {
      const keys = Array.from({ length: 2000 }, (_, n) => [`filler:${n}`, 'x'.repeat(100)]);
      await other.client.mset(...keys.flat());
      // A write would be refused, and the connection made anew: one that has to wait until all is loaded.
      await wellAtFirst({ ROLE: 'api' });
      await redis.client.config('SET', 'key-load-delay', '2000');
      await redis.client.replicaof('127.0.0.1', other.port);
      await unready(service.url, 'redis', 'loading');
      await expectAlive(service.url);
      await until('loaded', async () => /^loading:0/m.test(await redis.client.info('persistence')));
      await redis.client.replicaof('NO', 'ONE');
      await ready(service.url);
    } finally {
      await other.stop();
    }
  });
});

describe('probes where Redis permits no questions about itself', () => {
  const redis = useRedis();
  const start = useServices(redis);

  it('take it for what it should be, as long as it does what it is asked', async () => {
    const { client } = redis.current;
    await client.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-info');
    const { url } = await start({ REDIS_USERNAME: 'app', REDIS_PASSWORD: 'pw' });
    expect(await ready(url)).to.deep.equal({ ...READY, role: 'unknown' });
    await client.call('ACL', 'SETUSER', 'app', '-evalsha', '-eval');
    await unready(url, 'scripts', 'refused');
  });
});

describe('probes without events', () => {
  const redis = useRedis(['--notify-keyspace-events', '', '--rename-command', 'CONFIG', '']);
  const start = useServices(redis);

  it('the service is ready, and says that it does without', async () => {
    const { url } = await start();
    expect(await ready(url)).to.deep.equal({ ...READY, events: 'degraded' });
  });
});

describe('probes of a service that is stopping', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  it('say no first; until DRAIN_DELAY_MS is over it takes requests and delivers', async () => {
    const service = await start({ DRAIN_DELAY_MS: '1500' });
    await ready(service.url);
    const since = performance.now();
    const ended = service.end();
    await unready(service.url, 'intake', 'draining');
    await expectAlive(service.url);
    expect((await probe(service.url, '/health')).status).to.equal(200);
    const webhookUrl = receiver.current.url;
    const body = messageBody('during', { scheduleTo: inMs(0), webhookUrl });
    expect((await apiAt(service.url).post(body)).status).to.equal(201);
    await receiver.current.waitFor(1);
    expect(await ended).to.equal(0);
    expect(performance.now() - since).to.be.at.least(1500);
  });

  it('say no for as long as an attempt in flight keeps it', async () => {
    const owed: (() => void)[] = [];
    receiver.current.answerWith((_request, response) => {
      owed.push(() => void response.writeHead(204).end());
    });
    const service = await start();
    await ready(service.url);
    const webhookUrl = receiver.current.url;
    await apiAt(service.url).post(messageBody('slow', { scheduleTo: inMs(0), webhookUrl }));
    await receiver.current.waitFor(1);
    const ended = service.end();
    await unready(service.url, 'intake', 'draining');
    await expectAlive(service.url);
    for (const answer of owed) answer();
    expect(await ended).to.equal(0);
  });
});
