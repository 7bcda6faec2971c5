import { expect } from 'chai';
import { Bulkheads } from '../../../src/dispatch/bulkheads.ts';

describe('dispatch: bulkheads', () => {
  /** None is open, unless a test says so. */
  const allowances = new Map<string, number>();
  const breakers = {
    allowance: (origin: string) => allowances.get(origin) ?? Number.POSITIVE_INFINITY,
    notClosed: () =>
      [...allowances.keys()].map((origin) => {
        return { origin, state: 'open', failures: 1, probeInMs: 1 } as const;
      }),
  };
  afterEach(() => allowances.clear());

  const fill = (bulkheads: Bulkheads, origin: string, count: number) => {
    for (let i = 0; i < count; i += 1) bulkheads.enter(origin);
  };

  it('counts the places of each origin by itself', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 2, claimsAtOnce: 1 });
    fill(bulkheads, 'x', 2);
    fill(bulkheads, 'y', 1);
    const free = () => ['x', 'y', 'z'].map((origin) => bulkheads.freePlaces(origin));
    expect(free()).to.deep.equal([0, 1, 2]);
    bulkheads.leave('x');
    bulkheads.leave('y');
    expect(free()).to.deep.equal([1, 2, 2]);
  });

  it('has no fewer than no places, when more entered than there are', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 1, claimsAtOnce: 1 });
    fill(bulkheads, 'x', 3);
    expect(bulkheads.freePlaces('x')).to.equal(0);
    bulkheads.leave('x');
    bulkheads.leave('x');
    expect(bulkheads.freePlaces('x')).to.equal(0);
    bulkheads.leave('x');
    expect(bulkheads.freePlaces('x')).to.equal(1);
  });

  it('reserves for a claim what is free, and names only those that have less than others', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 4, claimsAtOnce: 1 });
    fill(bulkheads, 'x', 3);
    fill(bulkheads, 'y', 4);
    const { standard, quotas } = bulkheads.reserve(100);
    expect(standard).to.equal(4);
    expect([...quotas]).to.have.deep.members([
      ['x', 1],
      ['y', 0],
    ]);
  });

  it('has no quotas where a claim is too small for them to matter', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 10, claimsAtOnce: 1 });
    fill(bulkheads, 'x', 7);
    expect(bulkheads.reserve(3)).to.deep.equal({ standard: 3, quotas: new Map() });
  });

  it('lets claims at once share the places, of known origins and of those not known yet', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 8, claimsAtOnce: 4 });
    fill(bulkheads, 'x', 4);
    const reserve = () => {
      const { standard, quotas } = bulkheads.reserve(100);
      return [standard, quotas.get('x') ?? standard];
    };
    expect([reserve(), reserve(), reserve(), reserve()]).to.deep.equal([
      [2, 2],
      [2, 2],
      [2, 0],
      [2, 0],
    ]);
  });

  it('has places again when the claim that reserved them is over', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 2, claimsAtOnce: 1 });
    fill(bulkheads, 'x', 1);
    const first = bulkheads.reserve(100);
    expect(bulkheads.reserve(100).quotas.get('x')).to.equal(0);
    bulkheads.release(first);
    expect(bulkheads.freePlaces('x')).to.equal(1);
  });

  it('gives even a claim among many one place of its own', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 1, claimsAtOnce: 4 });
    expect(bulkheads.reserve(100).standard).to.equal(1);
  });

  it('names a bounded number of origins: those with the fewest free places', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 3, claimsAtOnce: 1 });
    for (let i = 0; i < 100; i += 1) fill(bulkheads, `once-${i}`, 1);
    for (let i = 0; i < 64; i += 1) fill(bulkheads, `full-${i}`, 3);
    const { quotas } = bulkheads.reserve(100);
    expect(quotas.size).to.equal(64);
    expect([...quotas.keys()].every((origin) => origin.startsWith('full-'))).to.equal(true);
  });

  it('has no places where a breaker is open, one where it is half-open, whatever is in flight', () => {
    const bulkheads = new Bulkheads({ breakers, placesEach: 3, claimsAtOnce: 1 });
    fill(bulkheads, 'was', 2);
    for (const origin of ['open', 'was']) allowances.set(origin, 0);
    allowances.set('half', 1);
    const origins = ['open', 'was', 'half'];
    expect(origins.map((origin) => bulkheads.freePlaces(origin))).to.deep.equal([0, 0, 1]);
    expect([...bulkheads.reserve(100).quotas]).to.have.deep.members([
      ['open', 0],
      ['was', 0],
      ['half', 1],
    ]);
    bulkheads.enter('half');
    expect(bulkheads.freePlaces('half')).to.equal(0);
  });
});
