import { expect } from 'chai';
import fc from 'fast-check';
import { retryDelay } from '../../../src/domain/retry-policy.ts';
import { DEFAULT_POLICY as policy } from '../support/messages.ts';

const MIDDLE = 0.5;
const ALMOST_ONE = 1 - Number.EPSILON;

describe('domain: retry policy', () => {
  it('waits 5 s, 20 s, 80 s and 320 s by default', () => {
    const delays = [1, 2, 3, 4].map((attempt) => retryDelay(policy, attempt, MIDDLE));
    expect(delays).to.deep.equal([5000, 20_000, 80_000, 320_000]);
  });

  it('spreads each delay by the jitter, both ways', () => {
    expect(retryDelay(policy, 1, 0)).to.equal(4000);
    expect(retryDelay(policy, 1, ALMOST_ONE)).to.equal(6000);
    expect(retryDelay(policy, 3, 0)).to.equal(64_000);
    expect(retryDelay(policy, 3, ALMOST_ONE)).to.equal(96_000);
  });

  it('caps after the jitter: a capped delay is never longer than the cap', () => {
    expect(retryDelay({ ...policy, capMs: 5500 }, 1, ALMOST_ONE)).to.equal(5500);
    expect(retryDelay({ ...policy, capMs: 5500 }, 1, MIDDLE)).to.equal(5000);
    expect(retryDelay({ ...policy, capMs: 5500 }, 50, 0)).to.equal(5500);
  });

  it('is a whole number of ms from 0 to the cap, for any policy the configuration lets through', () => {
    const policies = fc.record({
      maxAttempts: fc.constant(100),
      baseMs: fc.integer({ min: 0, max: 86_400_000 }),
      factor: fc.double({ min: 1, max: 100, noNaN: true }),
      capMs: fc.integer({ min: 0, max: 30 * 86_400_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      retryAfterCapMs: fc.constant(0),
    });
    const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 100 }), randoms, (any, attempt, random) => {
        const delay = retryDelay(any, attempt, random);
        expect(Number.isSafeInteger(delay), String(delay)).to.equal(true);
        expect(delay).to.be.within(0, any.capMs);
        const backoff = any.baseMs * any.factor ** (attempt - 1);
        expect(delay).to.be.at.least(Math.floor(Math.min(any.capMs, backoff * (1 - any.jitter))));
        expect(delay).to.be.at.most(Math.ceil(backoff * (1 + any.jitter)));
      }),
    );
  });
});
