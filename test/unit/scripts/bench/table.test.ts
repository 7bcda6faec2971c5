import { expect } from 'chai';
import { atLeast, atMost } from '../../../../scripts/bench/report/figure.ts';
import { formatValue } from '../../../../scripts/bench/report/format.ts';
import { summarize } from '../../../../scripts/bench/report/results.ts';
import { formatTable } from '../../../../scripts/bench/report/table.ts';

describe('bench: table', () => {
  it('shows each figure with what it is held against, ratio, target and verdict', () => {
    const table = formatTable([
      { name: 'lateness', unit: 'ms', value: 1.234, target: atMost(2) },
      {
        name: 'burst',
        unit: '/s',
        value: 3900.4,
        against: { name: 'raw got', value: 4000 },
        target: atLeast(0.9),
      },
      { name: 'expiry', unit: 'ms', value: 45_000, orMore: true },
      { name: 'gone', unit: '%', value: Number.NaN, target: atMost(2) },
    ]);
    expect(table.split('\n')).to.deep.equal([
      '| figure   | measured    | against         | ratio  | target  | verdict      |',
      '| -------- | ----------- | --------------- | ------ | ------- | ------------ |',
      '| lateness | 1.23 ms     | –               | 0.62 × | ≤ 2 ms  | met          |',
      '| burst    | 3,900/s     | raw got 4,000/s | 0.98 × | ≥ 0.9 × | met          |',
      '| expiry   | ≥ 45,000 ms | –               | –      | –       | reported     |',
      '| gone     | –           | –               | –      | ≤ 2 %   | not measured |',
    ]);
  });

  it('writes what matters of a number', () => {
    expect(formatValue(0, 'count')).to.equal('0');
    expect(formatValue(0.5, '%')).to.equal('0.50 %');
    expect(formatValue(12.345, 'ms')).to.equal('12.3 ms');
    expect(formatValue(749.6, 'bytes')).to.equal('750 bytes');
    expect(formatValue(1_234_567, '/s')).to.equal('1,234,567/s');
    expect(formatValue(Number.POSITIVE_INFINITY, 'ms')).to.equal('–');
  });

  it('counts the verdicts', () => {
    const met = { name: '', unit: 'ms', value: 1, target: atMost(1) } as const;
    expect(summarize([met, { ...met, value: 2 }, met])).to.equal('2 met, 1 missed');
  });
});
