import { expect } from 'chai';
import { Random } from '../../../../scripts/chaos/random.ts';

const numbers = (seed: string) => {
  const random = new Random(seed);
  return Array.from({ length: 1000 }, () => random.between(1, 6));
};

describe('chaos: random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(numbers('a')).to.deep.equal(numbers('a'));
    expect(numbers('a')).to.not.deep.equal(numbers('b'));
  });

  it('reach every number asked for, about evenly, and no other', () => {
    const thrown = numbers('dice');
    expect(new Set(thrown)).to.have.keys([1, 2, 3, 4, 5, 6]);
    for (const face of new Set(thrown)) {
      expect(thrown.filter((one) => one === face).length).to.be.within(100, 250);
    }
  });

  it('chance and pick follow them', () => {
    const random = new Random('a');
    const heads = Array.from({ length: 1000 }, () => random.chance(0.25)).filter(Boolean);
    expect(heads.length).to.be.within(180, 320);
    expect(random.chance(0)).to.equal(false);
    expect(['x', 'y']).to.include(random.pick(['x', 'y']));
  });
});
