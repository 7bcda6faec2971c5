/** What a value is counted in; `format.ts` writes it. */
export type Unit = 'ms' | '/s' | 'bytes' | 'MB' | '%' | 'µs' | 'count';

/** One line of the table. */
export interface Figure {
  /** What was measured. */
  readonly name: string;
  readonly unit: Unit;
  /** Not finite when it could not be measured. */
  readonly value: number;
  /** The value is only a bound: it is this, or more. */
  readonly orMore?: boolean;
  /** What it is held against: another figure of the same run, in the same unit. */
  readonly against?: { readonly name: string; readonly value: number };
  /** None: the figure is reported only. */
  readonly target?: Target;
}

export interface Target {
  readonly sense: 'at most' | 'at least';
  /** In the figure's unit or, where it is held against another one, a multiple of that. */
  readonly limit: number;
}

export type Verdict = 'met' | 'missed' | 'not measured' | 'reported';

/** The value as a multiple of what it is held against or, without that, of its limit. */
export function ratioOf({ value, against, target }: Figure): number {
  return value / (against?.value ?? target?.limit ?? Number.NaN);
}

/** Whether a figure reaches its target. What is not a number never does. */
export function verdictOf(figure: Figure): Verdict {
  const { value, against, target, orMore = false } = figure;
  const measured = against === undefined ? value : ratioOf(figure);
  if (!Number.isFinite(measured)) return 'not measured';
  if (target === undefined) return 'reported';
  if (target.sense === 'at least') return measured >= target.limit ? 'met' : 'missed';
  return measured <= target.limit && !orMore ? 'met' : 'missed';
}

export const atMost = (limit: number): Target => ({ sense: 'at most', limit });
export const atLeast = (limit: number): Target => ({ sense: 'at least', limit });
