import { expect } from 'chai';
import {
  atLeast,
  atMost,
  type Figure,
  ratioOf,
  type Target,
  type Verdict,
  verdictOf,
} from '../../../../scripts/bench/report/figure.ts';

const NAN = Number.NaN;

function figure(value: number, target?: Target, against?: number): Figure {
  return {
    name: 'a figure',
    unit: 'ms',
    value,
    ...(target === undefined ? {} : { target }),
    ...(against === undefined ? {} : { against: { name: 'another', value: against } }),
  };
}

describe('bench: verdicts', () => {
  const cases: [string, Figure, Verdict][] = [
    ['at the limit', figure(2, atMost(2)), 'met'],
    ['over the limit', figure(2.01, atMost(2)), 'missed'],
    ['at the least', figure(25, atLeast(25)), 'met'],
    ['below the least', figure(24.9, atLeast(25)), 'missed'],
    ['nothing of what must be none', figure(0, atMost(0)), 'met'],
    ['one of what must be none', figure(1, atMost(0)), 'missed'],
    ['enough of another', figure(90, atLeast(0.9), 100), 'met'],
    ['too little of another', figure(89, atLeast(0.9), 100), 'missed'],
    ['little enough of another', figure(9, atMost(0.1), 100), 'met'],
    ['too much of another', figure(11, atMost(0.1), 100), 'missed'],
    ['no target', figure(3), 'reported'],
    ['no value', figure(NAN, atMost(2)), 'not measured'],
    ['no value, no target', figure(NAN), 'not measured'],
    ['an endless value', figure(Number.POSITIVE_INFINITY, atLeast(1)), 'not measured'],
    ['nothing to hold it against', figure(9, atMost(0.1), NAN), 'not measured'],
    ['a zero to hold it against', figure(9, atLeast(0.9), 0), 'not measured'],
    ['two zeros', figure(0, atMost(1), 0), 'not measured'],
    ['a bound below the limit', { ...figure(1, atMost(2)), orMore: true }, 'missed'],
    ['a bound over the least', { ...figure(3, atLeast(2)), orMore: true }, 'met'],
  ];
  for (const [what, given, verdict] of cases) {
    it(`${what}: ${verdict}`, () => {
      expect(verdictOf(given)).to.equal(verdict);
    });
  }

  it('a ratio is of the other figure, or else of the limit', () => {
    expect(ratioOf(figure(30, atLeast(0.9), 60))).to.equal(0.5);
    expect(ratioOf(figure(30, atMost(20)))).to.equal(1.5);
    expect(ratioOf(figure(30))).to.be.NaN;
  });
});
