import { formatValue, NONE } from '../bench/report/format.ts';
import { describeMachine } from '../bench/report/machine.ts';
import type { Results } from '../bench/report/results.ts';
import { COST_LINES, type CostOf } from '../bench/report/series.ts';
import { formatTable } from '../bench/report/table.ts';
import { replaceBetween } from './markers.ts';

/** Puts the figures of a published run between the markers of ARCHITECTURE.md. */
export function withBenchmarks(document: string, results: Results): string {
  const { figures, series } = results;
  // Costs have a table of their own, side by side.
  const others = figures.filter(({ scenario }) => scenario !== 'cost');
  const table = `${measuredOn(results)}\n\n${formatTable(others)}`;
  const costs = costTable(series.cost ?? []);
  return replaceBetween(replaceBetween(document, 'figures', table), 'costs', costs);
}

/** When and on what it was measured, in a sentence. */
function measuredOn({ machine, startedAt }: Results): string {
  return `Measured on ${startedAt.slice(0, 10)}, commit ${machine.commit}: ${describeMachine(machine)}.`;
}

/** What a delivery costs: a column for each sender. */
export function costTable(costs: readonly CostOf[]): string {
  const rows = COST_LINES.map(([key, what, unit]) => {
    const cells = costs.map((cost) => {
      const value = cost[key];
      return value === undefined ? NONE : formatValue(value, unit);
    });
    return row([what, ...cells]);
  });
  const head = row(['per delivered message', ...costs.map(({ of }) => of)]);
  return [head, row(['---', ...costs.map(() => '---')]), ...rows].join('\n');
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
