import { expect } from 'chai';
import fc from 'fast-check';
import { mergeSources, type ReadChunk } from '../../../src/store/merge.ts';
import { rejection } from '../support/deferred.ts';

const ascending = (a: number, b: number) => a - b;

interface Reads {
  readonly read: ReadChunk<number>;
  /** The size of every read so far. */
  readonly sizes: number[];
}

/** A source over sorted numbers that keeps book of how it is read. */
function source(numbers: readonly number[]): Reads {
  const sizes: number[] = [];
  const read: ReadChunk<number> = (last, count) => {
    sizes.push(count);
    const rest = last === undefined ? numbers : numbers.filter((n) => n > last);
    return Promise.resolve({ entries: rest.slice(0, count), more: rest.length > count });
  };
  return { read, sizes };
}

async function merged(sources: readonly Reads[], expected: number): Promise<number[]> {
  const all: number[] = [];
  const reads = sources.map(({ read }) => read);
  for await (const batch of mergeSources(reads, ascending, expected)) all.push(...batch);
  return all;
}

describe('store: merging sources', () => {
  it('gives every entry of every source once, in order, however they are spread', async () => {
    const numbers = fc.uniqueArray(fc.nat(2000), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.integer({ min: 1, max: 7 }),
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        async (all, count, salt, expected) => {
          const sorted = [...all].sort(ascending);
          const home = (n: number) => ((n + salt) * 2_654_435_761) % count;
          const sources = Array.from({ length: count }, (_, i) =>
            source(sorted.filter((n) => Math.floor(home(n)) === i)),
          );
          expect(await merged(sources, expected)).to.deep.equal(sorted);
        },
      ),
    );
  });

  it('reads a single source as far as is expected, in one go', async () => {
    const one = source([1, 2, 3]);
    expect(await merged([one], 3)).to.deep.equal([1, 2, 3]);
    expect(one.sizes).to.deep.equal([3]);
  });

  it('reads several for little more than is expected, and goes on only where it is needed', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    const sources = [0, 1, 2, 3].map((i) => source(numbers.filter((n) => n % 4 === i)));
    let taken = 0;
    const reads = sources.map(({ read }) => read);
    for await (const batch of mergeSources(reads, ascending, 400)) {
      taken += batch.length;
      if (taken >= 400) break;
    }
    const asked = sources.flatMap(({ sizes }) => sizes);
    expect(asked).to.have.length(4);
    for (const size of asked) expect(size).to.be.within(100, 130);
  });

  it('reads on from a source that has more than its share in growing, bounded steps', async () => {
    const full = source(Array.from({ length: 5000 }, (_, i) => i));
    const others = Array.from({ length: 99 }, () => source([]));
    expect(await merged([full, ...others], 100)).to.have.length(5000);
    expect(full.sizes.length).to.be.below(25);
    expect(Math.max(...full.sizes)).to.equal(512);
    for (const { sizes } of others) expect(sizes).to.have.length(1);
  });

  it('reads sources that shrink alike in few trips, however many there are', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    const sources = Array.from({ length: 500 }, (_, i) =>
      source(numbers.filter((n) => n % 500 === i)),
    );
    let trips = 0;
    for await (const batch of mergeSources(
      sources.map(({ read }) => read),
      ascending,
      500,
    )) {
      trips += batch.length > 0 ? 1 : 0;
    }
    expect(trips).to.be.below(12);
  });

  it('ends although a source says that more follows and gives nothing', async () => {
    const liar: ReadChunk<number> = () => Promise.resolve({ entries: [], more: true });
    const batches: number[] = [];
    for await (const batch of mergeSources([liar], ascending, 10)) batches.push(...batch);
    expect(batches).to.deep.equal([]);
  });

  it('fails when a source does', async () => {
    const broken: ReadChunk<number> = () => Promise.reject(new Error('gone'));
    const error = await rejection(merged([source([1]), { read: broken, sizes: [] }], 1));
    expect(error).to.be.an('error').with.property('message', 'gone');
  });
});
