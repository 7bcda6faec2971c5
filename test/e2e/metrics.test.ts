import { expect } from 'chai';
import type { DurableRedis } from '../../scripts/harness/durable-redis.ts';
import { apiAt, ask, expectProblem, inMs, messageBody } from '../support/api.ts';
import { durableTestRedis } from '../support/durable-redis.ts';
import { growthSince, parseScrape, type Samples, scrape } from '../support/metrics.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { type ServiceProcess, startService, useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Metrics of the service itself: the others are of its process. */
const OWN = /^agendamento_/;

const own = (samples: Samples) => [...samples.keys()].filter((name) => OWN.test(name));

/** Waits until a scrape has a sample of a value. */
function untilSample(url: string, sample: string, value: number): Promise<Samples> {
  return until(`${sample} is ${value}`, async () => {
    const samples = await scrape(apiAt(url));
    return samples.get(sample) === value && samples;
  });
}

describe('GET /metrics', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  const dueNow = (id: string, over: object = {}) =>
    messageBody(id, { scheduleTo: inMs(0), webhookUrl: receiver.current.url, ...over });

  it('needs the token, and takes no query it does not know', async () => {
    const { url } = await start();
    expectProblem(await ask(url, { method: 'GET', path: '/metrics' }), 401);
    expectProblem(await apiAt(url).get('/metrics?a=1'), 422);
  });

  it('counts deliveries, retries and failures, with their lateness and duration', async () => {
    const { url } = await start({ WEBHOOK_RETRY_BASE_MS: '0' });
    const before = await scrape(apiAt(url));
    receiver.current.answerWith(({ id }, response) => {
      response.writeHead(id === 'good' ? 204 : id === 'moved' ? 301 : 500).end();
    });
    const failing = { retry: { maxAttempts: 2 } };
    await apiAt(url).post(dueNow('good'));
    await apiAt(url).post(dueNow('bad', failing));
    await apiAt(url).post(dueNow('moved', { retry: { maxAttempts: 1 } }));
    await apiAt(url).post(dueNow('deaf', { webhookUrl: 'http://127.0.0.1:1/', ...failing }));
    await apiAt(url).post(dueNow('late', { scheduleTo: inMs(-5000), notAfter: inMs(-1000) }));
    await untilSample(url, 'agendamento_messages{state="failed"}', 4);
    const grown = await growthSince(before, url);
    const attempts = (outcome: string, status: string) =>
      grown(`agendamento_attempts_total{outcome="${outcome}",status="${status}"}`);
    expect(attempts('delivered', '2xx')).to.equal(1);
    expect(attempts('rejected', '5xx')).to.equal(2);
    expect(attempts('rejected', '3xx')).to.equal(1);
    expect(attempts('unreachable', 'none')).to.equal(2);
    expect(attempts('expired', 'none')).to.equal(1);
    const settled = (result: string) => grown(`agendamento_settlements_total{result="${result}"}`);
    expect([settled('completed'), settled('retried'), settled('failed')]).to.deep.equal([1, 2, 4]);
    expect(grown('agendamento_lateness_seconds_count'), 'what was sent').to.equal(6);
    expect(grown('agendamento_lateness_seconds_bucket{le="+Inf"}')).to.equal(6);
    expect(grown('agendamento_attempt_duration_seconds_count{outcome="rejected"}')).to.equal(3);
    expect(grown('agendamento_claim_batch_messages_sum')).to.equal(7);
    expect(grown('agendamento_claims_total{result="taken"}')).to.be.within(1, 7);
    for (const command of ['schedule', 'claim', 'complete', 'retry', 'fail']) {
      const sample = `agendamento_redis_command_duration_seconds_count{command="${command}"}`;
      expect(grown(sample), command).to.be.above(0);
    }
  });

  it('measures how late a message was', async () => {
    const { url } = await start();
    const before = await scrape(apiAt(url));
    await apiAt(url).post(dueNow('overdue', { scheduleTo: inMs(-40_000) }));
    await receiver.current.waitFor(1);
    await untilSample(url, 'agendamento_lateness_seconds_count', 1);
    const grown = await growthSince(before, url);
    expect(grown('agendamento_lateness_seconds_bucket{le="30"}')).to.equal(0);
    expect(grown('agendamento_lateness_seconds_bucket{le="60"}')).to.equal(1);
    expect(grown('agendamento_lateness_seconds_sum')).to.be.within(40, 60);
  });

  it('tells what there is at this moment: messages by state, what is in flight, event mode', async () => {
    const { url } = await start({ WEBHOOK_CONCURRENCY: '1' });
    const owed: (() => void)[] = [];
    receiver.current.answerWith((_request, response) => {
      owed.push(() => void response.writeHead(204).end());
    });
    await apiAt(url).post(messageBody('far'));
    for (const id of ['a', 'b', 'c']) {
      await apiAt(url).post(dueNow(id, { scheduleTo: inMs(-60_000) }));
    }
    await receiver.current.waitFor(1);
    const samples = await untilSample(url, 'agendamento_due_backlog_messages', 2);
    expect(samples.get('agendamento_messages{state="scheduled"}')).to.equal(3);
    expect(samples.get('agendamento_messages{state="delivering"}')).to.equal(1);
    expect(samples.get('agendamento_oldest_overdue_seconds')).to.be.within(60, 90);
    expect(samples.get('agendamento_attempts_in_flight')).to.equal(1);
    expect(samples.get('agendamento_attempts_in_flight_limit')).to.equal(1);
    expect(samples.get('agendamento_redis_up')).to.equal(1);
    await untilSample(url, 'agendamento_event_mode{mode="on"}', 1);
    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    for (const answer of owed) answer();
    await untilSample(url, 'agendamento_due_backlog_messages', 0);
  });

  it('counts events that were heard', async () => {
    const { url } = await start();
    await untilSample(url, 'agendamento_event_mode{mode="on"}', 1);
    const { client } = redis.current;
    await client.set('due:nobody', '', 'PX', 1);
    await until('it expired', async () => (await client.exists('due:nobody')) === 0);
    const heard = await until('heard', async () => {
      return (await scrape(apiAt(url))).get('agendamento_events_received_total') || undefined;
    });
    expect(heard).to.be.at.least(1);
  });

  it('what fell due while no process ran counts as missed', async () => {
    const first = await start();
    await apiAt(first.url).post(dueNow('missed', { scheduleTo: inMs(300) }));
    await first.end('SIGKILL');
    await until('overdue', async () => {
      return Date.now() > Number(await redis.current.client.zscore('index:due', 'missed')) + 1;
    });
    const { url } = await start();
    await receiver.current.waitFor(1);
    await untilSample(url, 'agendamento_events_missed_total', 1);
  });

  it('counts requests by route and status, never by path', async () => {
    const { url } = await start();
    const before = await scrape(apiAt(url));
    await apiAt(url).post(messageBody('a'));
    await apiAt(url).post(messageBody('a'));
    for (const id of ['a', 'b', 'c']) await apiAt(url).cancel(id);
    await ask(url, { method: 'GET', path: '/messages/x' });
    await ask(url, { method: 'PROPFIND', path: '/nowhere/at/all' });
    const after = await scrape(apiAt(url));
    const grown = await growthSince(before, url);
    const requests = (method: string, route: string, status: number) =>
      grown(
        `agendamento_http_requests_total{method="${method}",route="${route}",status="${status}"}`,
      );
    expect(requests('POST', '/messages', 201)).to.equal(1);
    expect(requests('POST', '/messages', 409)).to.equal(1);
    expect(requests('DELETE', '/messages/:id', 200)).to.equal(1);
    expect(requests('DELETE', '/messages/:id', 404)).to.equal(2);
    expect(requests('any', 'none', 401)).to.equal(2);
    const seconds = 'agendamento_http_request_duration_seconds_count';
    expect(grown(`${seconds}{method="DELETE",route="/messages/:id"}`)).to.equal(3);
    expect([...after.keys()].join('\n')).to.not.match(/nowhere|PROPFIND|messages\/[abcx]/);
  });

  it('has the metrics of the process', async () => {
    const { url } = await start();
    const samples = await scrape(apiAt(url));
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(samples.get(name), name).to.be.a('number');
    }
  });

  it('ROLE=worker has it; ROLE=api says nothing of deliveries it does not make', async () => {
    const worker = await start({ ROLE: 'worker' });
    expect((await scrape(apiAt(worker.url))).get('agendamento_attempts_in_flight')).to.equal(0);
    const api = await start({ ROLE: 'api' });
    const samples = await scrape(apiAt(api.url));
    expect(samples.get('agendamento_redis_up')).to.equal(1);
    expect(own(samples).filter((name) => name.includes('event_mode'))).to.deep.equal([]);
  });

  it('is not logged: it is asked for all the time', async () => {
    const service = await start();
    await scrape(apiAt(service.url));
    await apiAt(service.url).get('/stats');
    await service.logged('request');
    const routes = service.logs.filter(({ msg }) => msg === 'request').map(({ route }) => route);
    expect(routes).to.include('/stats').and.not.include('/metrics');
  });
});

describe('GET /metrics of several processes', () => {
  const redis = useRedis();
  const receiver = useReceiver();

  it('WORKERS=2: one scrape is the sum of what they count, and tells once what Redis holds', async () => {
    const service = await startService(redis.current.port, { WORKERS: '2' });
    const api = apiAt(service.url);
    const webhookUrl = receiver.current.url;
    try {
      await untilSample(service.url, 'agendamento_event_mode{mode="on"}', 2);
      const messages = Array.from({ length: 200 }, (_, n) =>
        messageBody(`m-${n}`, { scheduleTo: inMs(300), webhookUrl }),
      );
      await service.call('POST', '/messages/batch', { messages });
      await api.post(messageBody('far'));
      await receiver.current.waitFor(200);
      const done = 'agendamento_attempts_total{outcome="delivered",status="2xx"}';
      const samples = await untilSample(service.url, done, 200);
      expect(samples.get('agendamento_lateness_seconds_bucket{le="+Inf"}')).to.equal(200);
      await untilSample(service.url, 'agendamento_messages{state="scheduled"}', 1);
      expect(samples.get('agendamento_attempts_in_flight_limit')).to.equal(512);
      expect(samples.get('agendamento_redis_up')).to.equal(1);
      expect(samples.get('agendamento_alarm{alarm="memory"}')).to.equal(0);
      // Any of the processes may be asked: all of them answer for all.
      const counts = await Promise.all(
        Array.from({ length: 8 }, async () => (await scrape(api)).get(done)),
      );
      expect(new Set(counts)).to.deep.equal(new Set([200]));
    } finally {
      expect(await service.end()).to.equal(0);
    }
  });
});

describe('GET /metrics while Redis', () => {
  let redis: DurableRedis;
  let service: ServiceProcess;

  beforeEach(async () => {
    redis = await durableTestRedis(['--appendonly', 'no']);
    await redis.up();
    service = await startService(redis.port);
  });
  afterEach(async () => {
    redis.resume();
    await service.end('SIGKILL');
    await redis.remove();
  });

  for (const [what, begin, end] of [
    ['has gone', () => redis.down(), () => redis.up()],
    ['is silent', () => redis.pause(), () => redis.resume()],
  ] as const) {
    it(`${what}: the scrape answers soon, without what only Redis knows`, async () => {
      await untilSample(service.url, 'agendamento_redis_up', 1);
      await begin();
      await untilSample(service.url, 'agendamento_redis_up', 0);
      const { text } = await apiAt(service.url).get('/metrics');
      expect(text).to.include('# TYPE agendamento_messages gauge');
      const samples = parseScrape(text);
      const stored = own(samples).filter((name) => /_messages\{state|backlog|oldest/.test(name));
      expect(stored).to.deep.equal([]);
      expect(samples.get('agendamento_attempts_in_flight')).to.equal(0);
      await until('failures are counted', async () =>
        own(await scrape(apiAt(service.url))).some((name) => name.includes('command_errors')),
      );
      await end();
      const again = await untilSample(service.url, 'agendamento_redis_up', 1);
      expect(again.get('agendamento_messages{state="scheduled"}')).to.equal(0);
      expect(again.get('agendamento_due_backlog_messages')).to.equal(0);
    });
  }
});
