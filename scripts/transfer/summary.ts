import type { TransferMode } from '../../src/store/transfer.ts';

/** A count and what was counted; `hide-zero` leaves it out when there is nothing of it. */
export type SummaryRow = readonly [count: number, what: string, zero?: 'hide-zero'];

const formatter = new Intl.NumberFormat('en-US');

/** Writes a number for people: 1,234,567. */
export function number(count: number): string {
  return formatter.format(count);
}

/** The lines that end a transfer. */
export function summary(
  heading: string,
  mode: TransferMode,
  rows: readonly SummaryRow[],
): string[] {
  const shown = rows.filter(([count, , zero]) => count > 0 || zero === undefined);
  const width = Math.max(...shown.map(([count]) => number(count).length));
  const lines = shown.map(([count, what]) => `  ${number(count).padStart(width)} ${what}`);
  const notice = mode === 'look' ? ['Dry run: nothing was written. A real run would give:'] : [];
  return [...notice, heading, ...lines];
}
