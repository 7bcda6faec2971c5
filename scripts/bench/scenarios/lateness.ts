import type { Bench } from '../bench.ts';
import { Backlog } from '../measures/backlog.ts';
import type { LatenessRun } from '../measures/lateness.ts';
import { backlogOfOurs, fullBacklog, latenessOfOurs, latenessWith } from '../measures/shared.ts';
import { BULLMQ, EXPIRY_ONLY, OURS } from '../measures/systems.ts';
import { atMost, type Figure } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import type { Bounded, LatenessPoint } from '../report/series.ts';
import { startBullmq, startExpiryOnly } from '../stage/schedulers.ts';
import type { Scenario } from './scenario.ts';

const P50_MS = 2;
const P99_MS = 6;
/** The figure with the largest backlog, as a multiple of the one with none. */
const FLAT = 1.5;
/** As a share of BullMQ's. */
const OF_BULLMQ = 0.1;

/** Measured lateness by the number of messages pending. */
type Runs = ReadonlyMap<number, LatenessRun>;

export const lateness: Scenario = {
  name: 'lateness',
  summary: '200 messages due per second, with more and more pending: service, BullMQ, expiry only',
  usesBacklog: true,
  async run(bench) {
    // First, while there is no backlog of ours yet.
    const bullmq = await runBullmq(bench);
    const { ours, expiryOnly } = await runOurs(bench);
    const systems = [
      [OURS, ours],
      [BULLMQ, bullmq],
      [EXPIRY_ONLY, expiryOnly],
    ] as const;
    const points = systems.flatMap(([system, runs]) => toPoints(bench, system, runs));
    return {
      figures: [
        ...figuresOfOurs(bench, ours, bullmq),
        ...points.filter(({ system }) => system !== OURS).flatMap(peerFigures),
      ],
      series: { lateness: points },
    };
  },
};

function runBullmq(bench: Bench): Promise<Runs> {
  return bench.scope.within(async (scope) => {
    const backlog = await Backlog.open(bench, scope, BULLMQ, startBullmq);
    const runs = new Map<number, LatenessRun>();
    for (const pending of bench.scale.pending) {
      runs.set(pending, await latenessWith(bench, backlog, pending));
    }
    return runs;
  });
}

async function runOurs(bench: Bench): Promise<{ ours: Runs; expiryOnly: Runs }> {
  const other = { name: EXPIRY_ONLY, start: startExpiryOnly };
  const ours = new Map<number, LatenessRun>();
  const expiryOnly = new Map<number, LatenessRun>();
  for (const pending of bench.scale.pending) {
    ours.set(pending, await latenessOfOurs(bench, pending));
    expiryOnly.set(pending, await latenessWith(bench, await backlogOfOurs(bench), pending, other));
  }
  return { ours, expiryOnly };
}

function figuresOfOurs(bench: Bench, ours: Runs, bullmq: Runs): Figure[] {
  const full = fullBacklog(bench);
  const figures = [...ours].toReversed().flatMap(([pending, run]): Figure[] => [
    { ...named('p50', pending), value: run.p50, target: atMost(P50_MS) },
    { ...named('p99', pending), value: run.p99, target: atMost(P99_MS) },
  ]);
  const flat = (['p50', 'p99'] as const).map((quantile): Figure => {
    const value = ours.get(full)?.[quantile] ?? Number.NaN;
    const against = { name: 'none pending', value: ours.get(0)?.[quantile] ?? Number.NaN };
    return { ...named(quantile, full), value, against, target: atMost(FLAT) };
  });
  const count = (name: string, of: (run: LatenessRun) => number): Figure => {
    const value = [...ours.values()].reduce((sum, run) => sum + of(run), 0);
    return { name: `lateness: ${name}`, unit: 'count', value, target: atMost(0) };
  };
  return [
    ...figures,
    ...flat,
    {
      ...named('p99', full),
      value: ours.get(full)?.p99 ?? Number.NaN,
      against: { name: BULLMQ, value: bullmq.get(full)?.p99 ?? Number.NaN },
      target: atMost(OF_BULLMQ),
    },
    count('early', ({ early }) => early),
    count('lost or repeated', ({ lost, repeated }) => lost + repeated),
  ];
}

const named = (quantile: string, pending: number) => ({
  name: `lateness ${quantile}, ${formatCount(pending)} pending`,
  unit: 'ms' as const,
});

function toPoints({ scale }: Bench, system: string, runs: Runs): LatenessPoint[] {
  const bounded = (value: number): Bounded => {
    return Number.isFinite(value)
      ? { value, orMore: false }
      : { value: scale.giveUpAfterMs, orMore: true };
  };
  return [...runs].map(([pending, { p50, p99 }]) => ({
    system,
    pending,
    p50: bounded(p50),
    p99: bounded(p99),
  }));
}

function peerFigures({ system, pending, p50, p99 }: LatenessPoint): Figure[] {
  const quantiles = [
    ['p50', p50],
    ['p99', p99],
  ] as const;
  return quantiles.map(([quantile, bounded]) => ({
    name: `${system}: lateness ${quantile}, ${formatCount(pending)} pending`,
    unit: 'ms',
    ...bounded,
  }));
}
