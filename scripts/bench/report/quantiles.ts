/**
 * The nearest-rank quantile: the least value that a share of all values does not exceed.
 * @param sorted ascending
 * @param share 0 to 1; 1 is the largest
 * @returns NaN when there are no values
 */
export function quantile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** @param values in any order */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return quantile(sorted, 0.5);
}
