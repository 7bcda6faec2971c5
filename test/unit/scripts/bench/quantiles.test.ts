import { expect } from 'chai';
import { median, quantile } from '../../../../scripts/bench/report/quantiles.ts';

describe('bench: quantiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

  it('takes the least value that the share does not exceed', () => {
    expect(quantile(hundred, 0.5)).to.equal(50);
    expect(quantile(hundred, 0.99)).to.equal(99);
    expect(quantile(hundred, 1)).to.equal(100);
    expect(quantile(hundred, 0)).to.equal(1);
    expect(quantile([7], 0.99)).to.equal(7);
  });

  it('is no number when there are no values', () => {
    expect(quantile([], 0.5)).to.be.NaN;
  });

  it('sorts by size for a median, and leaves the values as they are', () => {
    const values = [10, 9, 100];
    expect(median(values)).to.equal(10);
    expect(values).to.deep.equal([10, 9, 100]);
  });
});
