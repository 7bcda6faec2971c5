import { expect } from 'chai';
import type { StateSources } from '../../../src/runtime/metrics/state-metrics.ts';
import { joinedText, Metrics } from '../../../src/runtime/metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { parseScrape } from '../../support/metrics.ts';
import { rejection } from '../support/deferred.ts';

const STORED = { scheduled: 5, delivering: 1, failed: 2, overdue: 3, oldestOverdueMs: 1500 };

const SOURCES: StateSources = {
  stored: () => Promise.resolve(STORED),
  alarms: () => [['memory', true]],
  delivery: {
    inFlight: () => 2,
    concurrency: 10,
    eventMode: () => 'on',
    missed: () => 4,
    deferred: () => 6,
    breakers: () => ({ open: 3, 'half-open': 1 }),
  },
};

describe('runtime: metrics', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });

  function measured(over: Partial<StateSources> = {}): Metrics {
    const metrics = new Metrics(clock);
    metrics.watch({ ...SOURCES, ...over });
    return metrics;
  }

  it('two of them in one process keep apart', async () => {
    const [one, other] = [measured(), measured()];
    one.delivery.eventReceived();
    const counts = await Promise.all([one, other].map(async (each) => each.text()));
    const events = counts.map((text) => parseScrape(text).get('agendamento_events_received_total'));
    expect(events).to.deep.equal([1, 0]);
  });

  it('of several processes counts are added, and of what each reads in Redis the worst is told', async () => {
    const processes = [
      measured(),
      measured({
        stored: () => Promise.resolve({ ...STORED, overdue: 9 }),
        alarms: () => [['memory', false]],
      }),
      measured({ stored: () => Promise.resolve(undefined) }),
    ];
    for (const { delivery } of processes) {
      const [outcome, statusCode] = ['delivered', 200];
      delivery.attempted({ outcome, statusCode, lateness: 3, duration: 20 }, 'completed');
    }
    const all = await Promise.all(processes.map((each) => each.measure()));
    // As it comes over the channel.
    const samples = parseScrape(await joinedText(JSON.parse(JSON.stringify(all))));
    const told = Object.fromEntries(
      [
        'settlements_total{result="completed"}',
        'lateness_seconds_bucket{le="0.005"}',
        'lateness_seconds_count',
        'attempts_in_flight',
        'attempts_in_flight_limit',
        'event_mode{mode="on"}',
        'events_missed_total',
        'due_backlog_messages',
        'oldest_overdue_seconds',
        'messages{state="scheduled"}',
        'alarm{alarm="memory"}',
        'redis_up',
      ].map((name) => [name, samples.get(`agendamento_${name}`)]),
    );
    expect(told).to.deep.equal({
      'settlements_total{result="completed"}': 3,
      'lateness_seconds_bucket{le="0.005"}': 3,
      lateness_seconds_count: 3,
      attempts_in_flight: 6,
      attempts_in_flight_limit: 30,
      'event_mode{mode="on"}': 3,
      events_missed_total: 12,
      due_backlog_messages: 9,
      oldest_overdue_seconds: 1.5,
      'messages{state="scheduled"}': 5,
      'alarm{alarm="memory"}': 1,
      redis_up: 0,
    });
  });

  it('times scripts by the clock, and counts those that fail; the reply comes through', async () => {
    const metrics = measured();
    const reply = metrics.scripts.timed(
      'claim',
      new Promise((resolve) => clock.after(30, () => resolve('taken'))),
    );
    await clock.advance(30);
    expect(await reply).to.equal('taken');
    const failure = await rejection(
      metrics.scripts.timed('claim', Promise.reject(new Error('no'))),
    );
    expect(String(failure)).to.include('no');
    const samples = parseScrape(await metrics.text());
    const name = 'agendamento_redis_command';
    expect(samples.get(`${name}_duration_seconds_sum{command="claim"}`)).to.equal(0.03);
    expect(samples.get(`${name}_duration_seconds_count{command="claim"}`)).to.equal(1);
    expect(samples.get(`${name}_errors_total{command="claim"}`)).to.equal(1);
  });

  it('names no class of a status that is none', async () => {
    const metrics = measured();
    const times = { lateness: 0, duration: 1 };
    for (const statusCode of [0, 999, 1_000_000]) {
      metrics.delivery.attempted({ outcome: 'rejected', statusCode, ...times }, 'retried');
    }
    const samples = parseScrape(await metrics.text());
    const sample = 'agendamento_attempts_total{outcome="rejected",status="none"}';
    expect(samples.get(sample)).to.equal(3);
  });
});
