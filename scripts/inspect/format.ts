/** A column of a table: its heading, and on which side its cells stand. */
export interface Column {
  readonly heading: string;
  readonly align?: 'right';
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Spans in the largest unit of which there are two. */
const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
];

/** A span of time for people, rounded: `850 ms`, `45 s`, `3 min`, `36 h`, `12 d`. */
export function span(ms: number): string {
  const [size, unit] = UNITS.find(([size]) => ms >= 2 * size) ?? [1, 'ms'];
  return `${Math.round(ms / size)} ${unit}`;
}

/** An instant as seen from another, both in epoch ms: `in 3 min`, `45 s ago`, `now`. */
export function relative(at: number, now: number): string {
  const ms = Math.round(at - now);
  if (Math.abs(ms) < SECOND / 2) return 'now';
  return ms > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}

/** An instant (epoch ms) by the clock on the wall: `2026-01-31 10:00:00`. */
export function localTime(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** A text on one line, whatever is in it, of a bounded length. */
export function oneLine(text: string, longest = 100): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** Lines of cells under headings, each column as wide as it needs to be. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, i) =>
    Math.max(...[headings, ...rows].map((cells) => cells[i]?.length ?? 0)),
  );
  return [headings, ...rows].map((cells) =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? '';
        return align === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
}
