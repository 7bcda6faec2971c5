/** Most ids remembered of one origin, and of all: bounds the memory they take to some 15 MB. */
const MAX_OF_ORIGIN = 50_000;
const MAX_IN_ALL = 100_000;

/**
 * Messages that were deferred for want of a place, so that they can be claimed by id when one is free.
 * Hints: what is forgotten, or is no longer there, comes or does not come by the due index.
 */
export class DeferredIds {
  /** Origin → partition → ids, the partition asked last at the end, the id deferred first at the start. */
  private readonly origins = new Map<string, Map<number, Set<string>>>();
  private readonly counts = new Map<string, number>();
  private total = 0;

  add(partition: number, origin: string, id: string): void {
    const count = this.countOf(origin);
    if (count >= MAX_OF_ORIGIN || this.total >= MAX_IN_ALL) return;
    const partitions = this.origins.get(origin) ?? new Map<number, Set<string>>();
    const ids = partitions.get(partition) ?? new Set();
    if (ids.has(id)) return;
    this.origins.set(origin, partitions.set(partition, ids.add(id)));
    this.counts.set(origin, count + 1);
    this.total += 1;
  }

  /** Takes up to `most` ids, those deferred first. */
  take(partition: number, origin: string, most: number): string[] {
    const partitions = this.origins.get(origin);
    const ids = partitions?.get(partition);
    if (partitions === undefined || ids === undefined) return [];
    const taken: string[] = [];
    for (const id of ids) {
      if (taken.length >= most) break;
      ids.delete(id);
      taken.push(id);
    }
    this.forget(origin, taken.length);
    if (ids.size === 0) partitions.delete(partition);
    return taken;
  }

  /** A partition that has ids of an origin; asked again, another one. */
  nextPartition(origin: string): number | undefined {
    const partitions = this.origins.get(origin);
    const [next] = partitions ?? [];
    if (partitions === undefined || next === undefined) return undefined;
    const [partition, ids] = next;
    partitions.delete(partition);
    partitions.set(partition, ids);
    return partition;
  }

  /** How many are remembered of an origin. */
  countOf(origin: string): number {
    return this.counts.get(origin) ?? 0;
  }

  /** How many are remembered in all. */
  count(): number {
    return this.total;
  }

  private forget(origin: string, count: number): void {
    const left = this.countOf(origin) - count;
    this.total -= count;
    this.counts.set(origin, left);
    if (left > 0) return;
    this.counts.delete(origin);
    this.origins.delete(origin);
  }
}
