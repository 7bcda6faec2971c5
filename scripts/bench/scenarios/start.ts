import type { Bench } from '../bench.ts';
import { Backlog } from '../measures/backlog.ts';
import { backlogOfOurs, fullBacklog } from '../measures/shared.ts';
import { measureStart, type StartRun } from '../measures/start.ts';
import { OURS } from '../measures/systems.ts';
import { atMost, type Figure } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import { median } from '../report/quantiles.ts';
import { startOurs } from '../stage/schedulers.ts';
import type { Scenario } from './scenario.ts';

const START_MS = 1000;
/** Pending at the start that the one with the largest backlog is held against. */
const FEW = 1000;
/** No slower than with few: two starts alike differ by this much. */
const NO_MORE = 1.1;

export const start: Scenario = {
  name: 'start',
  summary: 'from launch to ready and to the first overdue delivery, with few and with all pending',
  usesBacklog: true,
  async run(bench) {
    const few = await bench.scope.within(async (scope) =>
      startsWith(bench, await Backlog.open(bench, scope, OURS, startOurs), FEW),
    );
    const full = await startsWith(bench, await backlogOfOurs(bench), fullBacklog(bench));
    return {
      figures: [
        ...figures(bench, 'ready', full.readyMs, few.readyMs),
        ...figures(bench, 'first overdue delivery', full.firstMs, few.firstMs),
      ],
    };
  },
};

/** @returns medians of several starts */
async function startsWith(bench: Bench, backlog: Backlog, pending: number): Promise<StartRun> {
  const runs: StartRun[] = [];
  for (let n = 1; n <= bench.scale.starts; n += 1) {
    bench.say(`start: ${n} of ${bench.scale.starts} with ${pending} pending`);
    runs.push(await measureStart(bench, backlog, pending));
  }
  return {
    readyMs: median(runs.map(({ readyMs }) => readyMs)),
    firstMs: median(runs.map(({ firstMs }) => firstMs)),
  };
}

function figures(bench: Bench, until: string, value: number, few: number): Figure[] {
  const name = `start, ${formatCount(fullBacklog(bench))} pending: launch → ${until}`;
  const against = { name: `${formatCount(FEW)} pending`, value: few };
  return [
    { name, unit: 'ms', value, target: atMost(START_MS) },
    { name, unit: 'ms', value, against, target: atMost(NO_MORE) },
  ];
}
