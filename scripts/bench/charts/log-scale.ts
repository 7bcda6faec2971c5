/** Where values lie on an axis whose every step is ten times the one before. */
export interface LogScale {
  /** The powers of ten on the axis, ascending. */
  readonly ticks: readonly number[];
  /** @param value over 0; what lies outside the axis lies beyond its ends */
  readonly position: (value: number) => number;
}

/**
 * An axis from the power of ten below the least value to the one above the largest.
 * @param values over 0, at least one
 * @param from where the axis begins, in px
 * @param to where it ends
 */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step));
  const position = (value: number) => {
    return from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  };
  return { ticks, position };
}

/**
 * Moves labels apart that would cover each other, keeping their order.
 * @param places wanted, in px
 * @param gap least distance of two, in px
 * @returns a place for each, in the order given
 */
export function spread(places: readonly number[], gap: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  for (let round = 0; round < 100; round += 1) {
    for (const [i, upper] of order.entries()) {
      const lower = order[i + 1];
      const missing = lower === undefined ? 0 : gap - (lower.place - upper.place);
      if (lower === undefined || missing <= 0) continue;
      upper.place -= missing / 2;
      lower.place += missing / 2;
    }
  }
  const result: number[] = [];
  for (const { place, index } of order) result[index] = place;
  return result;
}
