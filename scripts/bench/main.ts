import { type Due, scheduleAll } from './load.ts';
import { openStage } from './stage.ts';

/** Messages far ahead while lateness is measured; `npm run bench -- 1000000` asks for another number. */
const PENDING = Number(process.argv[2] ?? 100_000);

/** Messages that fall due, evenly, over this long. */
const DUE = 500;
const OVER_MS = 10_000;

const HOUR_MS = 3_600_000;

/** Lead before the first one is due, in ms: time to schedule them all. */
const LEAD_MS = 3000;

function* farAhead(count: number): Generator<Due> {
  const dueAt = Date.now() + HOUR_MS;
  for (let i = 0; i < count; i += 1) yield { id: `far-${i}`, dueAt: dueAt + i };
}

function* soon(): Generator<Due> {
  const start = Date.now() + LEAD_MS;
  for (let i = 0; i < DUE; i += 1) yield { id: `due-${i}`, dueAt: start + (i * OVER_MS) / DUE };
}

function quantile(sorted: readonly number[], q: number): string {
  const index = Math.min(sorted.length - 1, Math.floor(q * sorted.length));
  return (sorted[index] ?? Number.NaN).toFixed(1);
}

const stage = await openStage();
try {
  const since = performance.now();
  await scheduleAll(stage, farAhead(PENDING));
  const perSecond = Math.round((PENDING / (performance.now() - since)) * 1000);
  console.log(`scheduled ${PENDING} messages an hour ahead: ${perSecond} POSTs/s`);
  await scheduleAll(stage, soon());
  const arrivals = await stage.arrivals(DUE);
  const late = arrivals.map(({ lateness }) => lateness).sort((a, b) => a - b);
  const early = late.filter((lateness) => lateness < 0).length;
  const ids = new Set(arrivals.map(({ id }) => id)).size;
  console.log(
    `${DUE} due over ${OVER_MS / 1000} s, ${PENDING} pending: lateness at the receiver ` +
      `p50 ${quantile(late, 0.5)} ms, p99 ${quantile(late, 0.99)} ms, worst ${quantile(late, 1)} ms; ` +
      `${early} early, ${DUE - ids} lost, ${arrivals.length - ids} repeated`,
  );
} finally {
  await stage.close();
}
