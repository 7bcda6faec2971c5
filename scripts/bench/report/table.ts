import { type Figure, verdictOf } from './figure.ts';
import { formatAgainst, formatMeasured, formatRatio, formatTarget } from './format.ts';

const HEAD = ['figure', 'measured', 'against', 'ratio', 'target', 'verdict'];

/** The figures as a Markdown table, its columns aligned for reading as it is. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    formatMeasured(figure),
    formatAgainst(figure),
    formatRatio(figure),
    formatTarget(figure),
    verdictOf(figure),
  ]);
  const widths = HEAD.map((title, column) =>
    Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEAD, rule, ...rows].map((row) => formatRow(row, widths)).join('\n');
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
}
