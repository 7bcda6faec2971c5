import { expect } from 'chai';
import fc from 'fast-check';
import { Allowance } from '../../../src/http/allowance.ts';

describe('http: what a caller may still ask for', () => {
  it('is a whole burst at first, and then nothing until there is time for one', () => {
    const allowance = new Allowance({ perSecond: 2, burst: 3 }, 1000);
    for (const left of [3, 2, 1]) {
      expect(allowance.remaining(1000)).to.equal(left);
      expect(allowance.waitMs(1000)).to.equal(0);
      allowance.spend(1, 1000);
    }
    expect([allowance.waitMs(1000), allowance.remaining(1000)]).to.deep.equal([500, 0]);
    expect(allowance.waitMs(1250)).to.equal(250);
    expect([allowance.waitMs(1500), allowance.remaining(1500)]).to.deep.equal([0, 1]);
  });

  it('grows with time, and not beyond the burst', () => {
    const allowance = new Allowance({ perSecond: 2, burst: 3 }, 0);
    allowance.spend(3, 0);
    expect(allowance.fullMs(0)).to.equal(1500);
    expect(allowance.remaining(1_000_000)).to.equal(3);
    expect(allowance.fullMs(1_000_000)).to.equal(0);
  });

  it('can be overdrawn, and is made up for before there is any again', () => {
    const allowance = new Allowance({ perSecond: 10, burst: 5 }, 0);
    allowance.spend(25, 0);
    expect([allowance.waitMs(0), allowance.remaining(0), allowance.fullMs(0)]).to.deep.equal([
      2100, 0, 2500,
    ]);
  });

  it('lets no more through than the burst and what time allows, however it is asked', () => {
    const gap = fc.double({ min: 0, max: 5000, noNaN: true });
    const limit = fc.record({
      perSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
      burst: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(limit, fc.array(gap, { minLength: 1, maxLength: 100 }), (limit, gaps) => {
        const allowance = new Allowance(limit, 0);
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (allowance.waitMs(now) > 0) continue;
          allowance.spend(1, now);
          passed += 1;
        }
        expect(passed).to.be.at.most(limit.burst + (now / 1000) * limit.perSecond + 1e-6);
      }),
    );
  });
});
