import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { Plan } from '../processes/plan.mjs';
import type { Cost } from '../report/series.ts';
import { startChild } from '../stage/child.ts';
import { processStats } from '../stage/process-stats.ts';
import { openReceiver } from '../stage/receiver.ts';
import { openRedis } from '../stage/redis.ts';
import { type StartScheduler, startBullmq, startOurs } from '../stage/schedulers.ts';
import { collectAll, type Tally, tally } from './arrivals.ts';
import { Meter } from './meter.ts';
import { newPrefix, scheduleSoon } from './plans.ts';
import { BULLMQ, OURS, RAW_GOT } from './systems.ts';

/** A burst as the receiver saw it. */
export interface BurstRun {
  /** Deliveries, from the due instant (or, with no scheduler, the first request) to the last arrival. */
  readonly perSecond: number;
  readonly lost: number;
  readonly repeated: number;
  /** CPU time of the sender for each message, in µs. */
  readonly senderCpu: number;
}

export interface ScheduledBurst extends BurstRun {
  readonly cost: Cost;
  /** The most memory the sender ever had, bytes. */
  readonly peakRss: number;
}

/** Webhooks under way at once. */
export const CONCURRENCY = 64;
/** Sent before and not counted, as a share of the burst: connections are open, code is warm. */
const WARM_UP = 0.1;
/** Before the due instant, in ms: counters are read. */
const READ_BEFORE_MS = 300;
/** What is not there by then, in ms after the due instant, counts as lost. */
const GIVE_UP_AFTER_MS = 60_000;

/** The bursts of a run, each measured once per round: scenarios share them. */
export const burstOfOurs = (bench: Bench, round = 1) =>
  bench.once(`${OURS}, burst ${round}`, () => scheduledBurst(bench, OURS, startOurs));
export const burstOfBullmq = (bench: Bench, round = 1) =>
  bench.once(`${BULLMQ}, burst ${round}`, () => scheduledBurst(bench, BULLMQ, startBullmq));
export const burstOfRawGot = (bench: Bench, round = 1) =>
  bench.once(`${RAW_GOT}, burst ${round}`, () => rawBurst(bench));

function scheduledBurst(bench: Bench, name: string, start: StartScheduler) {
  const { scale, workDir } = bench;
  bench.say(`burst: ${name}, ${scale.burst} due at one instant`);
  return bench.scope.within(async (scope): Promise<ScheduledBurst> => {
    const receiver = await openReceiver(scope);
    const redis = await openRedis(scope, workDir);
    const scheduler = await start(scope, { redis, workDir, concurrency: CONCURRENCY });
    const warmUp = await scheduleSoon(scheduler, receiver, atOnce(scale.burst * WARM_UP));
    await receiver.collect(warmUp.count, endOf(warmUp));
    const plan = await scheduleSoon(scheduler, receiver, atOnce(scale.burst));
    await redis.quiet();
    await delay(plan.startAt - READ_BEFORE_MS - Date.now());
    const meter = new Meter(redis, scheduler.pid);
    await meter.start();
    const seen = tally(plan, await collectAll(receiver, plan.count, endOf(plan)));
    const cost = await meter.perMessage(plan.count);
    const { peakRss } = processStats(scheduler.pid);
    return { ...rate(seen, plan.startAt), senderCpu: cost.senderCpu, cost, peakRss };
  });
}

function rawBurst(bench: Bench): Promise<BurstRun> {
  const { scale } = bench;
  bench.say(`burst: ${RAW_GOT}, ${scale.burst} without a scheduler`);
  return bench.scope.within(async (scope) => {
    const receiver = await openReceiver(scope);
    const sender = await startChild(scope, 'raw-got');
    const post = async (count: number) => {
      const startAt = Date.now();
      const plan = {
        ...atOnce(count),
        prefix: newPrefix('raw'),
        startAt,
        webhookUrl: receiver.url,
      };
      const what = { plan, concurrency: CONCURRENCY };
      return { plan, ...(await sender.call<{ startedAt: number }>('post', what)) };
    };
    await post(scale.burst * WARM_UP);
    await receiver.collect(0, 0);
    const { cpuMs } = processStats(sender.pid);
    const { startedAt, plan } = await post(scale.burst);
    const seen = tally(plan, await collectAll(receiver, plan.count, endOf(plan)));
    const senderCpu = ((processStats(sender.pid).cpuMs - cpuMs) / plan.count) * 1000;
    return { ...rate(seen, startedAt), senderCpu };
  });
}

const atOnce = (count: number) => ({ word: 'burst', count, everyMs: 0 });

const endOf = ({ startAt }: Plan) => startAt + GIVE_UP_AFTER_MS;

function rate({ lateness, lastAt, lost, repeated }: Tally, since: number) {
  const arrived = lateness.length - lost;
  return { perSecond: (arrived / (lastAt - since)) * 1000, lost, repeated };
}
