import { expect } from 'chai';
import { tally } from '../../../../scripts/bench/measures/arrivals.ts';

const PLAN = { prefix: 'm1', count: 4, startAt: 1000, everyMs: 5, webhookUrl: '' };

describe('bench: tally of arrivals', () => {
  it('takes lateness from each message and its own due time', () => {
    const arrivals = [
      { id: 'm1-1', at: 1007 },
      { id: 'm1-0', at: 1000.5 },
      { id: 'm1-3', at: 1016 },
      { id: 'm1-2', at: 1013 },
    ];
    const { lateness, ...counts } = tally(PLAN, arrivals);
    expect(lateness).to.deep.equal([0.5, 1, 2, 3]);
    expect(counts).to.deep.equal({ early: 0, lost: 0, repeated: 0, lastAt: 1016 });
  });

  it('counts what is early, lost and repeated, and lateness from the first arrival', () => {
    const arrivals = [
      { id: 'm1-0', at: 1001 },
      { id: 'm1-0', at: 1002 },
      { id: 'm1-1', at: 1004.9 },
      { id: 'm1-2', at: 1010 },
    ];
    const { lateness, early, lost, repeated } = tally(PLAN, arrivals);
    expect(lateness[0]).to.be.closeTo(-0.1, 1e-9);
    expect(lateness.slice(1)).to.deep.equal([0, 1, Number.POSITIVE_INFINITY]);
    expect({ early, lost, repeated }).to.deep.equal({ early: 1, lost: 1, repeated: 1 });
  });

  it('leaves a warm-up out', () => {
    const arrivals = [
      { id: 'm1-0', at: 9999 },
      { id: 'm1-3', at: 1016 },
    ];
    const { lateness, lost, lastAt } = tally(PLAN, arrivals, 2);
    expect({ lateness, lost, lastAt }).to.deep.equal({
      lateness: [1, Number.POSITIVE_INFINITY],
      lost: 1,
      lastAt: 1016,
    });
  });

  it('leaves messages of other plans out', () => {
    const arrivals = [
      { id: 'm11-0', at: 9999 },
      { id: 'warm-0', at: 9999 },
    ];
    expect(tally(PLAN, arrivals)).to.include({ lost: 4, repeated: 0 });
  });
});
