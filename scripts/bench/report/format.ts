import { type Figure, ratioOf, type Target, type Unit } from './figure.ts';

/** Stands where there is nothing to say. */
export const NONE = '–';

/** A whole number with thousands separated. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits that matter, or all of a larger whole number. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return formatCount(value);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** @returns the value with its unit, such as `2.1 ms` */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return NONE;
  if (unit === 'count') return formatNumber(value);
  return `${formatNumber(value)}${unit === '/s' ? '' : ' '}${unit}`;
}

export function formatMeasured({ value, unit, orMore }: Figure): string {
  return `${orMore ? '≥ ' : ''}${formatValue(value, unit)}`;
}

export function formatAgainst({ against, unit }: Figure): string {
  return against === undefined ? NONE : `${against.name} ${formatValue(against.value, unit)}`;
}

export function formatRatio(figure: Figure): string {
  const ratio = ratioOf(figure);
  // Of a value just below zero nothing but the sign would be left.
  return Number.isFinite(ratio) ? `${ratio.toFixed(2).replace('-0.00', '0.00')} ×` : NONE;
}

/** @returns such as `≤ 2 ms`, or `≥ 0.9 ×` of what the figure is held against */
export function formatTarget({ target, against, unit }: Figure): string {
  if (target === undefined) return NONE;
  const limit = against === undefined ? formatValue(target.limit, unit) : `${target.limit} ×`;
  return `${SIGNS[target.sense]} ${limit}`;
}

const SIGNS: Readonly<Record<Target['sense'], string>> = { 'at most': '≤', 'at least': '≥' };
