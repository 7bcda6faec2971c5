import { expect } from 'chai';
import { parseDelay } from '../../../src/domain/schedule-time.ts';

const NOW = Date.UTC(2096, 1, 28, 12);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const READ: [delay: number | string, due: number][] = [
  [0, NOW],
  [1500, NOW + 1500],
  [LAST - NOW, LAST],
  ['PT0S', NOW],
  ['PT0.2S', NOW + 200],
  ['PT5M', NOW + 300_000],
  ['P1DT12H', NOW + 129_600_000],
  ['P1W', NOW + 604_800_000],
  ['PT1H-30M', NOW + 1_800_000],
  // By the calendar: 2096 is a leap year.
  ['P2D', Date.UTC(2096, 2, 1, 12)],
  ['P1M', Date.UTC(2096, 2, 28, 12)],
  ['P1Y', Date.UTC(2097, 1, 28, 12)],
];

const REFUSED = [
  ...[-1, LAST - NOW + 1, Number.MAX_SAFE_INTEGER],
  ...['', 'P', 'PT', 'P1DT', 'P1YT', '5', '5M', 'P5', 'five', 'PT5m ', '-PT5M', 'P-1D', 'P8000Y'],
];

describe('domain: delay', () => {
  for (const [delay, due] of READ) {
    it(`reads ${JSON.stringify(delay)}`, () => {
      expect(parseDelay(delay, NOW)).to.equal(due);
    });
  }

  for (const delay of REFUSED) {
    it(`refuses ${JSON.stringify(delay)}`, () => {
      expect(parseDelay(delay, NOW)).to.equal(undefined);
    });
  }
});
