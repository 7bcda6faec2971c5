/** The next entries of a source, in its order, and whether more follow. */
export interface Chunk<T> {
  readonly entries: readonly T[];
  readonly more: boolean;
}

/** Reads at most `count` entries of a source after `last`; from where its reading starts without one. */
export type ReadChunk<T> = (last: T | undefined, count: number) => Promise<Chunk<T>>;

/** Most entries read from one source at a time: a script that reads them holds Redis up, 2 ms for so many. */
const MAX_CHUNK = 512;

/**
 * Merges sorted sources into one sorted sequence, in batches. What it holds in memory grows with what has
 * been taken from it and with `expected`, not with the size of the sources.
 * @param sources of each the function that reads it
 * @param compare the order of all; no two entries are equal in it
 * @param expected about how many entries will be taken; sizes the first reads
 */
export async function* mergeSources<T>(
  sources: readonly ReadChunk<T>[],
  compare: (a: T, b: T) => number,
  expected: number,
): AsyncGenerator<readonly T[]> {
  const size = firstChunk(expected, sources.length);
  let open = sources.map((read) => new Source(read, size));
  while (open.length > 0) {
    await Promise.all(open.map((source) => source.refill()));
    // Past the end of what is known of a source, one of its entries could come first.
    const horizons = open.flatMap((source) => source.horizon()).sort(compare);
    yield open.flatMap((source) => source.take(horizons[0], compare)).sort(compare);
    open = open.filter((source) => !source.isDone());
  }
}

/** A source's even share of what is expected, and room for its not being even. */
function firstChunk(expected: number, sources: number): number {
  if (sources === 1) return Math.min(MAX_CHUNK, expected);
  const share = expected / sources;
  return Math.min(MAX_CHUNK, Math.ceil(share + 2 * Math.sqrt(share)) + 1);
}

class Source<T> {
  private readonly read: ReadChunk<T>;
  private size: number;
  /** Read and not taken yet. */
  private held: readonly T[] = [];
  private last: T | undefined;
  /** Held no more than this, the source is read on. */
  private lowMark = 0;
  private more = true;

  constructor(read: ReadChunk<T>, size: number) {
    this.read = read;
    this.size = size;
  }

  /**
   * Reads on when half of what was read is taken, so that sources that shrink alike are read in one trip;
   * twice as much as before, for a source that is read on has more than was expected.
   */
  async refill(): Promise<void> {
    if (!this.more || this.held.length > this.lowMark) return;
    const { entries, more } = await this.read(this.last, this.size);
    this.held = [...this.held, ...entries];
    this.last = this.held.at(-1);
    this.more = more && entries.length > 0;
    this.lowMark = this.size / 2;
    this.size = Math.min(MAX_CHUNK, 2 * this.size);
  }

  /** The last entry known, when more follow it. */
  horizon(): T[] {
    return this.more && this.last !== undefined ? [this.last] : [];
  }

  /** Takes the entries up to a horizon, or all. */
  take(horizon: T | undefined, compare: (a: T, b: T) => number): readonly T[] {
    const beyond = this.held.findIndex((e) => horizon !== undefined && compare(e, horizon) > 0);
    const count = beyond === -1 ? this.held.length : beyond;
    const taken = this.held.slice(0, count);
    this.held = this.held.slice(count);
    return taken;
  }

  isDone(): boolean {
    return this.held.length === 0 && !this.more;
  }
}
