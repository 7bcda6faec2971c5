import { expect } from 'chai';
import { apiAt } from '../support/api.ts';
import { scrape } from '../support/metrics.ts';
import { useRedis } from '../support/redis.ts';
import { type ServiceProcess, useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

const WELL = '{"status":"saudável","redis":"conectado"}';

const LOOK_OFTEN = { RECONCILE_INTERVAL_MS: '100' };

/** Waits until a service raises just these alarms, wherever it tells of them. */
async function untilAlarms({ url }: ServiceProcess, expected: readonly string[]): Promise<void> {
  const api = apiAt(url);
  await until(`alarms: ${expected.join(', ') || 'none'}`, async () => {
    const { alarms } = JSON.parse((await api.get('/stats')).text);
    return JSON.stringify(alarms) === JSON.stringify(expected);
  });
  const { status, text } = await api.health();
  expect(status).to.equal(200);
  if (expected.length === 0) expect(text).to.equal(WELL);
  else expect(JSON.parse(text)).to.deep.equal({ ...JSON.parse(WELL), alarms: expected });
  const samples = await scrape(api);
  const raised = [...samples]
    .filter(([sample, value]) => sample.startsWith('agendamento_alarm') && value === 1)
    .map(([sample]) => /alarm="([^"]*)"/.exec(sample)?.[1]);
  expect(raised).to.deep.equal(expected);
}

describe('alarms', () => {
  const redis = useRedis();
  const start = useServices(redis);
  const configure = (name: string, value: string) =>
    redis.current.client.config('SET', name, value);

  afterEach(async () => {
    await configure('maxmemory', '0');
    await configure('maxmemory-policy', 'noeviction');
  });

  it('an eviction policy: told at once, in log, statistics, health and metrics; and that it is over', async () => {
    await configure('maxmemory-policy', 'volatile-lru');
    const service = await start(LOOK_OFTEN);
    const line = await service.logged('Redis may evict keys');
    expect(line).to.include({ alarm: 'eviction-policy', policy: 'volatile-lru' });
    await untilAlarms(service, ['eviction-policy']);
    await configure('maxmemory-policy', 'noeviction');
    await service.logged('Redis evicts no keys when it is full');
    await untilAlarms(service, []);
    const said = service.logs.filter(({ alarm }) => alarm === 'eviction-policy');
    expect(said).to.have.length(2);
  });

  it('memory: told before it is full, and that there is some again', async () => {
    const service = await start(LOOK_OFTEN);
    await untilAlarms(service, []);
    const used = /^used_memory:(\d+)/m.exec(await redis.current.client.info('memory'))?.[1];
    await configure('maxmemory', String(Math.round(Number(used) * 1.05)));
    await untilAlarms(service, ['memory']);
    await configure('maxmemory', '0');
    await untilAlarms(service, []);
    await service.logged('Redis has memory to spare again');
  });

  it('evicted keys: told while they are, to a process that only takes requests, too', async () => {
    const { client } = redis.current;
    const service = await start({ ...LOOK_OFTEN, ROLE: 'api' });
    await untilAlarms(service, []);
    await configure('maxmemory-policy', 'volatile-lru');
    await client.set('due:nobody', '', 'PX', 3_600_000);
    await configure('maxmemory', '1');
    expect(await service.logged('Redis is evicting keys')).to.include({ alarm: 'evicted-keys' });
    await configure('maxmemory', '0');
    await service.logged('Redis has stopped evicting keys');
    expect(await client.exists('due:nobody')).to.equal(0);
  });
});

describe('alarms about events', () => {
  const redis = useRedis(['--notify-keyspace-events', '', '--rename-command', 'CONFIG', '']);
  const start = useServices(redis);

  it('are raised where none arrive; a process that waits for none has none', async () => {
    await untilAlarms(await start(LOOK_OFTEN), ['events-degraded']);
    await untilAlarms(await start({ ...LOOK_OFTEN, ROLE: 'api' }), []);
  });
});
