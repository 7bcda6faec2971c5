import { expect } from 'chai';
import { examine, expectedEntries, MAX_EXAMINED } from '../../../src/store/examine.ts';

/** The numbers from 1 to `count`, in batches of `size`. */
async function* numbers(count: number, size = 7): AsyncGenerator<number[]> {
  for (let from = 1; from <= count; from += size) {
    yield await Promise.resolve(
      Array.from({ length: Math.min(size, count - from + 1) }, (_, i) => from + i),
    );
  }
}

const all = () => true;

describe('store: examining entries', () => {
  it('takes as many as asked and says where it stopped', async () => {
    expect(await examine(numbers(20), all, 5)).to.deep.equal({
      matching: [1, 2, 3, 4, 5],
      last: 5,
    });
  });

  it('knows the last page, also when it is exactly full', async () => {
    for (const limit of [20, 21]) {
      const { matching, last } = await examine(numbers(20), all, limit);
      expect(matching).to.have.length(20);
      expect(last).to.equal(undefined);
    }
  });

  it('goes on after what it looked at, not after what matched', async () => {
    const even = (n: number) => n % 2 === 0;
    expect(await examine(numbers(20), even, 3)).to.deep.equal({ matching: [2, 4, 6], last: 6 });
    const none = await examine(numbers(20), () => false, 3);
    expect(none).to.deep.equal({ matching: [], last: undefined });
  });

  it('stops after a bounded number, with whatever it has found', async () => {
    const rare = (n: number) => n === 3;
    const { matching, last } = await examine(numbers(2 * MAX_EXAMINED, 512), rare, 5);
    expect(matching).to.deep.equal([3]);
    expect(last).to.equal(MAX_EXAMINED);
  });

  it('ends the reading when it stops', async () => {
    let ended = false;
    async function* watched() {
      try {
        yield* numbers(100);
      } finally {
        ended = true;
      }
    }
    await examine(watched(), all, 1);
    expect(ended).to.equal(true);
  });

  it('expects one entry more than it shows; of a filtered list a trip’s worth', () => {
    expect(expectedEntries(100, false)).to.equal(101);
    expect(expectedEntries(100, true)).to.equal(1001);
    expect(expectedEntries(5000, true)).to.equal(5001);
    expect(expectedEntries(10_000, true)).to.equal(10_001);
  });
});
