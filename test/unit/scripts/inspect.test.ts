import { expect } from 'chai';
import { localTime, oneLine, relative, span, table } from '../../../scripts/inspect/format.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

describe('npm run inspect: for people', () => {
  const instants: [offset: number, text: string][] = [
    [0, 'now'],
    [499, 'now'],
    [-499, 'now'],
    [850, 'in 850 ms'],
    [-850, '850 ms ago'],
    [45_000, 'in 45 s'],
    [-119_000, '119 s ago'],
    [3 * 60_000 + 10, 'in 3 min'],
    [90 * 60_000, 'in 90 min'],
    [36 * 3_600_000, 'in 36 h'],
    [-12.4 * 86_400_000, '12 d ago'],
  ];
  for (const [offset, text] of instants) {
    it(`${offset} ms from now is ${text}`, () => {
      expect(relative(NOW + offset, NOW)).to.equal(text);
    });
  }

  it('spans are whole numbers of the largest unit there are two of', () => {
    expect([0, 1999, 2000, 7_200_000].map(span)).to.deep.equal(['0 ms', '1999 ms', '2 s', '2 h']);
  });

  it('instants are those of the clock on the wall', () => {
    const local = localTime(NOW);
    expect(local).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(new Date(local.replace(' ', 'T')).getTime()).to.equal(NOW);
  });

  it('a text stays on its line, and does not steer a terminal', () => {
    expect(oneLine('a\r\n\tb\u001b[31mc\u2028d')).to.equal('a b [31mc d');
    expect(oneLine('x'.repeat(200))).to.match(/^x{99}…$/);
  });

  it('columns are as wide as they need to be', () => {
    const columns = [
      { heading: 'id' },
      { heading: 'n', align: 'right' as const },
      { heading: 'z' },
    ];
    const rows = [
      ['abc', '1', ''],
      ['d', '200', 'e'],
    ];
    expect(table(columns, rows)).to.deep.equal(['id     n  z', 'abc    1', 'd    200  e']);
  });
});
