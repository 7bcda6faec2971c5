/** A page of what matches, and the last entry examined when there is more to examine. */
export interface Examined<T> {
  readonly matching: T[];
  /** Where the next page goes on; `undefined` when this one is the last. */
  readonly last: T | undefined;
}

/** Most entries one request looks at, whatever it is after: bounds its time and memory. */
export const MAX_EXAMINED = 10_000;

/**
 * Takes the entries that match from a sequence: up to `limit`, and none after `MAX_EXAMINED` have been
 * looked at. A page can thus be short, even empty, and still not be the last.
 */
export async function examine<T>(
  batches: AsyncIterable<readonly T[]>,
  matches: (entry: T) => boolean,
  limit: number,
): Promise<Examined<T>> {
  const matching: T[] = [];
  let examined = 0;
  let last: T | undefined;
  for await (const batch of batches) {
    for (const entry of batch) {
      if (matching.length === limit || examined === MAX_EXAMINED) return { matching, last };
      if (matches(entry)) matching.push(entry);
      last = entry;
      examined += 1;
    }
  }
  return { matching, last: undefined };
}

/**
 * About how many entries a page takes: one more than it shows, to know whether it is the last. A filter
 * passes an unknown share of them; a few hundred more then cost less than a second trip to Redis.
 */
export function expectedEntries(limit: number, filtered: boolean): number {
  return filtered ? Math.min(MAX_EXAMINED, Math.max(limit, 1000)) + 1 : limit + 1;
}
