import { expect } from 'chai';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { formatInstant, parseScheduleTime } from '../../../src/domain/schedule-time.ts';

/** Text → the instant it names, as ISO 8601 in UTC. */
const ACCEPTED: Record<string, string> = {
  '2026-01-31T10:00:00-03:00': '2026-01-31T13:00:00.000Z',
  '2026-01-31T10:00:00+0530': '2026-01-31T04:30:00.000Z',
  '2026-01-31T10:00:00+03': '2026-01-31T07:00:00.000Z',
  '2026-01-31T10:00:00-00:30': '2026-01-31T10:30:00.000Z',
  '2026-01-31T10:00:00Z': '2026-01-31T10:00:00.000Z',
  '2026-01-31T10:00:00': '2026-01-31T10:00:00.000Z',
  '2026-01-31T10:00': '2026-01-31T10:00:00.000Z',
  '2026-01-31 10:00:00': '2026-01-31T10:00:00.000Z',
  '2026-01-31 10:00:00-03:00': '2026-01-31T13:00:00.000Z',
  '2026-01-31': '2026-01-31T00:00:00.000Z',
  '2028-02-29': '2028-02-29T00:00:00.000Z',
  '2026-12-31T24:00:00Z': '2027-01-01T00:00:00.000Z',
  '2026-01-31T10:00:00.5Z': '2026-01-31T10:00:00.500Z',
  '2026-01-31T10:00:00,250Z': '2026-01-31T10:00:00.250Z',
  '2026-01-31T10:00:00.123000Z': '2026-01-31T10:00:00.123Z',
  '2026-01-31T10:00:00.123456-03:00': '2026-01-31T13:00:00.124Z',
  '2026-01-31T10:00:00.000001Z': '2026-01-31T10:00:00.001Z',
  '2026-01-31T10:00:00.0000000000001Z': '2026-01-31T10:00:00.001Z',
  '2026-12-31T23:59:59.999001Z': '2027-01-01T00:00:00.000Z',
  '2026-12-31 23:59:59.9995': '2027-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.9995Z': '1970-01-01T00:00:00.000Z',
};

const REFUSED: Record<string, string[]> = {
  'days that do not exist': [
    '2026-02-30',
    '2026-02-29T00:00:00Z',
    '2100-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
  ],
  'times that do not exist': [
    '2026-01-31T25:00:00Z',
    '2026-01-31T24:00:01Z',
    '2026-01-31T10:60:00Z',
    '2026-12-31T23:59:60Z',
  ],
  'bare times': ['10:00', '10:00:00Z', 'T10:00:00Z'],
  'week dates, ordinal dates and other forms': [
    '2026-W05-6',
    '2026-W05-6T10:00:00Z',
    '2026-031',
    '2026-01',
    '2026',
    '20260131',
    '20260131T100000Z',
    '+002026-01-31T10:00:00Z',
    '1769853600000',
    '31/01/2026',
    'Sat, 31 Jan 2026 10:00:00 GMT',
    'now',
  ],
  'instants that no four-digit year can name in UTC': [
    '0000-01-01T00:00:00+00:01',
    '0000-01-01T13:59:59+14:00',
    '9999-12-31T24:00:00Z',
    '9999-12-31T23:59:59.9999Z',
    '9999-12-31T23:59:59-00:01',
  ],
  'what is cut off or has something around it': [
    '',
    ' ',
    '2026-01-31T',
    '2026-01-31 ',
    ' 2026-01-31',
    '2026-01-31\n',
    '2026-01-31T10:00:00Z\n',
    '2026-01-31  10:00:00',
    '2026-01-31T10:00:00 Z',
    '2026-01-31T10:00:00.Z',
    '2026-01-31T10:00:00ZZ',
  ],
};

describe('domain: due time', () => {
  for (const [text, instant] of Object.entries(ACCEPTED)) {
    it(`reads ${text}`, () => {
      const read = parseScheduleTime(text);
      expect(read).to.be.a('number');
      expect(formatInstant(read ?? Number.NaN)).to.equal(instant);
    });
  }

  for (const [what, texts] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => {
      const accepted = texts.filter((text) => parseScheduleTime(text) !== undefined);
      expect(accepted).to.deep.equal([]);
    });
  }

  it('refuses huge strings, quickly', () => {
    const huge = [
      '9'.repeat(1_000_000),
      '2026-01-31'.repeat(100_000),
      `2026-01-31T10:00:00.${'0'.repeat(1_000_000)}Z`,
      `2026-01-31${' '.repeat(1_000_000)}`,
    ];
    const before = performance.now();
    for (const text of huge) expect(parseScheduleTime(text)).to.equal(undefined);
    expect(performance.now() - before).to.be.below(1000);
  });

  it('gives back the instant of every date that has a four-digit year', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseScheduleTime(date.toISOString())).to.equal(date.getTime());
        expect(formatInstant(date.getTime())).to.equal(date.toISOString());
      }),
      { numRuns: 1000 },
    );
  });

  it('never reads an instant earlier than written, whatever the digits, and never 1 ms later', () => {
    const digits = fc.stringMatching(/^\d{1,9}$/);
    fc.assert(
      fc.property(digits, (fraction) => {
        const base = Date.UTC(2026, 0, 31, 10);
        const read = parseScheduleTime(`2026-01-31T10:00:00.${fraction}Z`) ?? Number.NaN;
        const nanoseconds = BigInt(fraction.padEnd(9, '0'));
        const late = BigInt(read - base) * 1_000_000n - nanoseconds;
        expect(late >= 0n && late < 1_000_000n, `${fraction}: ${late} ns late`).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws', () => {
    const tails = fc.string({ unit: fc.constantFrom(...'0123456789T:.,+-Z[]W ') });
    const texts = fc.oneof(
      fc.string(),
      tails.map((tail) => `2026-01-31T10${tail}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseScheduleTime(text);
        expect(read === undefined || Number.isInteger(read)).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with a calendar library on every date, time and offset, those that do not exist too', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), two(14), fc.constantFrom('', ':'), two(59))
      .map((parts) => parts.join(''));
    const texts = fc
      .tuple(year, two(13), two(32), two(25), two(61), two(61), fc.oneof(offset, fc.constant('Z')))
      .map(([y, mo, d, h, mi, s, zone]) => `${y}-${mo}-${d}T${h}:${mi}:${s}${zone}`);
    fc.assert(
      fc.property(texts, (text) => {
        const expected = DateTime.fromISO(text, { zone: 'utc' });
        expect(parseScheduleTime(text)).to.equal(
          expected.isValid && expected.year >= 0 && expected.year <= 9999
            ? expected.toMillis()
            : undefined,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses an offset that no place has', () => {
    for (const offset of ['+99:99', '-24:00', '+25:00', '+03:60', '+15']) {
      expect(parseScheduleTime(`2026-01-31T10:00:00${offset}`), offset).to.equal(undefined);
    }
  });

  it('does not let a zone in brackets override the offset', () => {
    const text = '2026-01-31T10:00:00+09:00[America/Sao_Paulo]';
    expect(parseScheduleTime(text)).to.be.oneOf([undefined, Date.UTC(2026, 0, 31, 1)]);
  });

  it('rounds up as many nines as there are', () => {
    const text = `2026-01-31T10:00:00.${'9'.repeat(20)}Z`;
    expect(parseScheduleTime(text)).to.equal(Date.UTC(2026, 0, 31, 10, 0, 1));
  });
});
