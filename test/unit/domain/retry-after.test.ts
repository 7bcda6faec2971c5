import { expect } from 'chai';
import { retryAfterMs } from '../../../src/domain/retry-after.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const FORMS: readonly [text: string, ms: number][] = [
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['100000000000000000000', 1e23],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thursday, 01-Jan-26 00:00:30 GMT', 30_000],
  ['Thu Jan  1 00:00:30 2026', 30_000],
  ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
];

const NONE = [
  ...['', ' ', '-1', '1.5', '1e3', '0x10', 'soon', '10 s', '10,20', '2026-01-01T00:00:30Z', 'NaN'],
  ...[
    'Thu, 01 Jan 2026 00:00:30 PST',
    'Thu, 41 Jan 2026 00:00:30 GMT',
    'Thu, 01 Foo 2026 00:00:30 GMT',
  ],
  ...['Jan 2026', 'Infinity'],
];

describe('domain: Retry-After', () => {
  for (const [text, ms] of FORMS) {
    it(`${JSON.stringify(text)} is a wish for ${ms} ms`, () => {
      expect(retryAfterMs(429, text, NOW)).to.equal(ms);
      expect(retryAfterMs(503, text, NOW)).to.equal(ms);
    });
  }

  for (const text of NONE) {
    it(`${JSON.stringify(text)} is no wish`, () => {
      expect(retryAfterMs(429, text, NOW)).to.equal(undefined);
    });
  }

  it('counts for nothing with another status, or when it is not there', () => {
    for (const status of [200, 301, 400, 413, 500, 502]) {
      expect(retryAfterMs(status, '10', NOW), String(status)).to.equal(undefined);
    }
    expect(retryAfterMs(503, undefined, NOW)).to.equal(undefined);
  });
});
