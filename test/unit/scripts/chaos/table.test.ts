import { expect } from 'chai';
import { formatReport } from '../../../../scripts/chaos/report.ts';
import type { Report } from '../../../../scripts/chaos/run-scenario.ts';
import type { Scenario } from '../../../../scripts/chaos/scenario.ts';
import { formatTable } from '../../../../scripts/chaos/table.ts';
import type { Violation } from '../../../../scripts/chaos/verdict.ts';

const scenario = (name: string): Scenario => ({
  name,
  fault: 'a fault',
  holds: 'all',
  run: () => Promise.resolve(),
});

const FIGURES = { messages: 100, deliveries: 105, repeats: 2, lost: 1, worstLatenessMs: 12.4 };

const report = (name: string, over: Partial<Report> = {}): Report => ({
  scenario: scenario(name),
  seed: 7,
  form: 'short',
  conditions: [],
  figures: FIGURES,
  violations: [],
  notes: [],
  struck: 3,
  ms: 4321,
  ...over,
});

const lost = (about: string): Violation => ({ kind: 'lost', about, detail: 'it never arrived' });

describe('chaos: the table', () => {
  it('sums the runs of a scenario up in one row', () => {
    const late = { ...FIGURES, worstLatenessMs: 99.6 };
    const rows = formatTable([report('a'), report('b'), report('a', { figures: late })], []);
    const [head, ...lines] = rows.split('\n');
    expect(head?.split(/ {2,}/)).to.deep.equal([
      'scenario',
      'runs',
      'messages',
      'deliveries',
      'repeats',
      'lost',
      'worst lateness',
    ]);
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells).to.deep.equal([
      ['a', '2', '200', '210', '4', '2', '100 ms', 'holds'],
      ['b', '1', '100', '105', '2', '1', '12 ms', 'holds'],
    ]);
  });

  it('says which promise was broken, and how often', () => {
    const table = formatTable([report('a'), report('a', { violations: [lost('m-1')] })], []);
    expect(table).to.match(/BROKEN 1 ×$/);
  });

  it('ends with notes, and with what was not played and why', () => {
    const noted = report('a', { notes: ['two are faster'] });
    const unplayed = [{ name: 'b', reason: 'no library' }];
    const lines = formatTable([noted], unplayed).split('\n');
    expect(lines).to.include('a: two are faster');
    expect(lines.at(-1)).to.equal('NOT PLAYED: b: no library');
  });
});

describe('chaos: the report of a run', () => {
  it('is one line when everything held', () => {
    expect(formatReport(report('a'))).to.equal('✓ a (seed 7; the fault struck 3 ×; 4.3 s)');
  });

  it('shows some violations, counts the others and says how to play it again', () => {
    const violations = Array.from({ length: 25 }, (_, n) => lost(`m-${n}`));
    const lines = formatReport(report('a', { violations })).split('\n');
    expect(lines[0]).to.match(/^✗ a /);
    expect(lines[1]).to.equal('    lost: m-0: it never arrived');
    expect(lines.at(-2)).to.equal('    … and 5 more');
    expect(lines.at(-1)).to.equal('    again: npm run chaos -- --short --seed 7 a');
  });
});
