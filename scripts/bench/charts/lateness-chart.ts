import { formatCount } from '../report/format.ts';
import type { Bounded, LatenessPoint } from '../report/series.ts';
import { type LogScale, logScale, spread } from './log-scale.ts';
import { element, picture, text } from './svg.ts';

const WIDTH = 860;
const HEIGHT = 440;
const LEFT = 76;
const RIGHT = 212;
const TOP = 84;
const BOTTOM = 62;
/** From the axis to the first point, and past the last one, in px. */
const MARGIN = 36;
const PAST = 8;
/** Least distance of two labels' baselines, in px. */
const LABEL_GAP = 17;

type Quantile = 'p50' | 'p99';

/** One line of the chart. */
interface Line {
  readonly system: string;
  readonly quantile: Quantile;
  /** Place among the systems: its colour. */
  readonly rank: number;
  readonly values: readonly Bounded[];
}

/** Lateness against the number of messages pending, on a logarithmic axis. */
export function latenessChart(points: readonly LatenessPoint[]): string {
  const levels = [...new Set(points.map(({ pending }) => pending))].sort((a, b) => a - b);
  const lines = toLines(points, levels);
  const values = lines.flatMap((line) => line.values.map(({ value }) => value));
  const scale = logScale(values, HEIGHT - BOTTOM, TOP);
  const step = (WIDTH - RIGHT - LEFT - MARGIN) / Math.max(1, levels.length - 1);
  const x = (level: number) => LEFT + MARGIN + level * step;
  const title = 'Lateness at the receiver, 200 messages due per second';
  const picked = { width: WIDTH, height: HEIGHT, title, description: describe(lines, levels) };
  return picture(picked, [
    text(20, 54, 'Solid: half of the messages were later (p50). Dashed: one of 100 was (p99).', {
      class: 'muted',
    }),
    ...scale.ticks.flatMap((tick) => gridLine(tick, scale)),
    ...levels.map((pending, level) =>
      text(x(level), HEIGHT - BOTTOM + 22, formatCount(pending), { 'text-anchor': 'middle' }),
    ),
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 16, 'messages pending', {
      class: 'muted',
      'text-anchor': 'middle',
    }),
    ...lines.map((line) => drawLine(line, x, scale)),
    ...drawLabels(lines, x(levels.length - 1) + 2 * PAST, scale),
  ]);
}

function toLines(points: readonly LatenessPoint[], levels: readonly number[]): Line[] {
  const systems = [...new Set(points.map(({ system }) => system))];
  return systems.flatMap((system, rank) => {
    const own = points.filter((point) => point.system === system);
    own.sort((a, b) => levels.indexOf(a.pending) - levels.indexOf(b.pending));
    const line = (quantile: Quantile): Line => {
      return { system, quantile, rank, values: own.map((point) => point[quantile]) };
    };
    return [line('p50'), line('p99')];
  });
}

function gridLine(tick: number, { position }: LogScale): string[] {
  const y = position(tick);
  return [
    element('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT + PAST, y1: y, y2: y }),
    text(LEFT - 10, y + 4, formatDuration(tick), { class: 'muted', 'text-anchor': 'end' }),
  ];
}

function drawLine(
  { values, rank, quantile }: Line,
  x: (level: number) => number,
  { position }: LogScale,
): string {
  const places = values.map(({ value }, level) => [x(level), position(value)] as const);
  const points = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  const dot = quantile === 'p50' ? 'fill' : 'hollow stroke';
  return element('g', { class: `s${rank}` }, [
    element('polyline', { class: `line stroke ${quantile}`, points }),
    ...places.map(([cx, cy]) => element('circle', { class: dot, cx, cy, r: 4 })),
  ]);
}

/** Each line is named where it ends, with its last value. */
function drawLabels(lines: readonly Line[], x: number, { position }: LogScale): string[] {
  const last = lines.map(({ values }) => values.at(-1) ?? { value: Number.NaN, orMore: false });
  const places = spread(
    last.map(({ value }) => position(value)),
    LABEL_GAP,
  );
  return lines.map(({ system, quantile, rank }, i) => {
    const label = `${system} ${quantile}: ${formatBounded(last[i])}`;
    return element('g', { class: `s${rank}` }, [
      text(x, (places[i] ?? 0) + 4, label, { class: 'fill' }),
    ]);
  });
}

function describe(lines: readonly Line[], levels: readonly number[]): string {
  const sentences = lines.map(({ system, quantile, values }) => {
    const each = values.map((value, level) => {
      return `${formatBounded(value)} with ${formatCount(levels[level] ?? 0)} pending`;
    });
    return `${system}, ${quantile}: ${each.join(', ')}.`;
  });
  return sentences.join(' ');
}

function formatBounded(bounded: Bounded | undefined): string {
  if (bounded === undefined) return '';
  return `${bounded.orMore ? '≥ ' : ''}${formatDuration(bounded.value)}`;
}

/** @param ms @returns such as `1.9 ms`, `130 ms`, `45 s` */
export function formatDuration(ms: number): string {
  const [value, unit] = ms >= 1000 ? [ms / 1000, 's'] : [ms, 'ms'];
  return `${value < 100 ? Number(value.toPrecision(2)) : Math.round(value)} ${unit}`;
}
