import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { startService } from '../stage/service.ts';
import { type Backlog, untilPending } from './backlog.ts';
import { scheduleSoon } from './plans.ts';

/** From the launch of the process, in ms. */
export interface StartRun {
  readonly readyMs: number;
  /** Until the first overdue message arrived. */
  readonly firstMs: number;
}

/** What is overdue must be sent by then, in ms. */
const DEADLINE_MS = 30_000;
/** From storing what will be overdue until it is due, in ms: the service must have stopped by then. */
const STOP_MS = 3000;
/** Past the due time, in ms, when the service is launched. */
const OVERDUE_BY_MS = 200;

/** Has messages fall due while no service runs, then starts one. */
export async function measureStart(
  { scope, workDir, scale }: Bench,
  backlog: Backlog,
  pending: number,
): Promise<StartRun> {
  const { redis, receiver } = backlog;
  const soon = { word: 'overdue', count: scale.overdue, everyMs: 0, spareMs: STOP_MS };
  const overdue = await backlog.with(pending, (scheduler) =>
    scheduleSoon(scheduler, receiver, soon),
  );
  await delay(overdue.startAt + OVERDUE_BY_MS - Date.now());
  const tooSoon = await receiver.collect(0, 0);
  if (tooSoon.length > 0) throw new Error('the service took too long to stop');
  return scope.within(async (inner) => {
    const service = await startService(inner, { redisPort: redis.port, workDir });
    const until = Date.now() + DEADLINE_MS;
    const first = await receiver.collect(1, until);
    await receiver.collect(overdue.count - first.length, until);
    await untilPending(service, pending);
    const firstAt = Math.min(...first.map(({ at }) => at));
    return { readyMs: service.readyAt - service.launchedAt, firstMs: firstAt - service.launchedAt };
  });
}
