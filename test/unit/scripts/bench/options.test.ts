import { expect } from 'chai';
import { readOptions, usage } from '../../../../scripts/bench/options.ts';
import { SCENARIOS } from '../../../../scripts/bench/scenarios/all.ts';
import { UserError } from '../../../../scripts/lib/user-error.mjs';

const namesOf = (args: string[]) => readOptions(args, SCENARIOS).scenarios.map(({ name }) => name);

describe('bench: arguments', () => {
  it('runs everything unless told otherwise', () => {
    expect(readOptions([], SCENARIOS)).to.include({ quick: false, help: false, publish: false });
    expect(namesOf([])).to.deep.equal(SCENARIOS.map(({ name }) => name));
  });

  it('runs what is named, in the order of the table', () => {
    expect(namesOf(['--quick', 'burst', 'lateness'])).to.deep.equal(['lateness', 'burst']);
    expect(readOptions(['--quick', 'burst'], SCENARIOS).quick).to.equal(true);
  });

  const refused: [string[], RegExp][] = [
    [['bursts'], /no such scenario: bursts\n.*lateness, burst, bulkhead, post/],
    [['burst', 'a', 'b'], /no such scenario: a, b/],
    [['--fast'], /--fast/],
    [['--quick=yes'], /--quick/],
    [['--publish', '--quick'], /--publish/],
    [['--publish', 'burst'], /--publish/],
  ];
  for (const [args, reason] of refused) {
    it(`refuses ${args.join(' ')}`, () => {
      expect(() => readOptions(args, SCENARIOS)).to.throw(UserError, reason);
    });
  }

  it('names every scenario in its help, each once', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(usage(SCENARIOS)).to.match(new RegExp(`^  ${name} +\\S`, 'm'));
  });
});
