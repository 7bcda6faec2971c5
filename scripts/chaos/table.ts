import type { Report } from './run-scenario.ts';

/** A scenario that could not be played here, and why. */
export interface Unplayed {
  readonly name: string;
  readonly reason: string;
}

const HEAD = [
  'scenario',
  'runs',
  'messages',
  'deliveries',
  'repeats',
  'lost',
  'worst lateness',
  '',
];

/** One row a scenario, over all of its runs, and under them what needs saying. */
export function formatTable(reports: readonly Report[], unplayed: readonly Unplayed[]): string {
  const groups = groupByName(reports);
  const rows = [...groups].map(([name, runs]) => formatRow(name, runs));
  const lines = alignColumns([HEAD, ...rows]);
  const notes = [...groups].flatMap(([name, runs]) => formatNotes(name, runs));
  const missing = unplayed.map(({ name, reason }) => `NOT PLAYED: ${name}: ${reason}`);
  return [...lines, ...blankBefore(notes), ...blankBefore(missing)].join('\n');
}

function groupByName(reports: readonly Report[]): Map<string, Report[]> {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    const { name } = report.scenario;
    groups.set(name, [...(groups.get(name) ?? []), report]);
  }
  return groups;
}

function formatRow(name: string, runs: readonly Report[]): string[] {
  const sum = (figure: 'messages' | 'deliveries' | 'repeats' | 'lost') =>
    String(runs.reduce((total, { figures }) => total + figures[figure], 0));
  const worst = Math.max(...runs.map(({ figures }) => figures.worstLatenessMs));
  const broken = runs.filter(({ violations }) => violations.length > 0).length;
  return [
    name,
    String(runs.length),
    sum('messages'),
    sum('deliveries'),
    sum('repeats'),
    sum('lost'),
    `${Math.round(worst)} ms`,
    broken === 0 ? 'holds' : `BROKEN ${broken} ×`,
  ];
}

/** The notes of the last run. */
function formatNotes(name: string, runs: readonly Report[]): string[] {
  return (runs.at(-1)?.notes ?? []).map((note) => `${name}: ${note}`);
}

/** Names and verdicts to the left, figures to the right. */
function alignColumns(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) => column === 0 || column === HEAD.length - 1;
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isText(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function blankBefore(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}
