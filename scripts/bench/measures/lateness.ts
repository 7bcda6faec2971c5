import { dueAt } from '../processes/plan.mjs';
import { quantile } from '../report/quantiles.ts';
import type { Cost } from '../report/series.ts';
import type { Receiver } from '../stage/receiver.ts';
import type { BenchRedis } from '../stage/redis.ts';
import type { Scheduler } from '../stage/schedulers.ts';
import { collectAll, tally } from './arrivals.ts';
import { Meter } from './meter.ts';
import { scheduleSoon } from './plans.ts';

/** Lateness at the receiver, in ms; infinite for what did not arrive in time. */
export interface LatenessRun {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly early: number;
  readonly lost: number;
  readonly repeated: number;
  readonly cost: Cost;
}

const PER_SECOND = 200;
/** Sent before and not counted, in ms: code that runs for the first time is slow, whoever's it is. */
const WARM_UP_MS = 2000;

export interface LatenessOptions {
  readonly scheduler: Scheduler;
  readonly redis: BenchRedis;
  readonly receiver: Receiver;
  /** For how long messages fall due, evenly, and how long the last one is waited for, in ms. */
  readonly forMs: number;
  readonly giveUpAfterMs: number;
}

/** Schedules 200 messages for each second to come and looks when they arrive. */
export async function measureLateness(options: LatenessOptions): Promise<LatenessRun> {
  const { scheduler, redis, receiver, forMs, giveUpAfterMs } = options;
  const everyMs = 1000 / PER_SECOND;
  const warmUp = WARM_UP_MS / everyMs;
  const count = warmUp + forMs / everyMs;
  await receiver.collect(0, 0);
  const plan = await scheduleSoon(scheduler, receiver, { word: 'late', count, everyMs });
  const meter = new Meter(redis, scheduler.pid);
  await meter.start();
  const arrivals = await collectAll(receiver, count, dueAt(plan, count) + giveUpAfterMs);
  const { lateness, ...counts } = tally(plan, arrivals, warmUp);
  return {
    p50: quantile(lateness, 0.5),
    p99: quantile(lateness, 0.99),
    worst: quantile(lateness, 1),
    ...counts,
    cost: await meter.perMessage(count),
  };
}
