import { expect } from 'chai';
import { readArguments, usage } from '../../../../scripts/chaos/arguments.ts';
import type { Scenario } from '../../../../scripts/chaos/scenario.ts';
import { SCENARIOS } from '../../../../scripts/chaos/scenarios/index.ts';

const scenario = (name: string): Scenario => ({
  name,
  fault: `the fault of ${name}`,
  holds: 'none twice',
  run: () => Promise.resolve(),
});
const KNOWN = [scenario('one'), scenario('two'), scenario('three')];

const read = (...args: string[]) => readArguments(args, KNOWN);
const names = (...args: string[]) => read(...args).scenarios.map(({ name }) => name);

describe('chaos: arguments', () => {
  it('play everything once in the long form unless told otherwise', () => {
    expect(names()).to.deep.equal(['one', 'two', 'three']);
    const { form, forMs, conditions, help, list } = read();
    expect({ form, forMs, conditions }).to.deep.equal({ form: 'long', forMs: 0, conditions: [] });
    expect(help || list).to.equal(false);
  });

  it('name scenarios, in the order given', () => {
    expect(names('three', 'one')).to.deep.equal(['three', 'one']);
  });

  it('give seed, form, conditions and time', () => {
    const under = ['--under', 'script-flush', '--under', 'config-refused'];
    const request = read('--seed', '42', '--short', '--for', '30m', ...under, 'two');
    expect(request).to.include({ seed: 42, form: 'short', forMs: 1_800_000 });
    const conditions = request.conditions.map(({ name }) => name);
    expect(conditions).to.deep.equal(['script-flush', 'config-refused']);
  });

  it('make up a seed of their own otherwise', () => {
    const seeds = Array.from({ length: 20 }, () => read().seed);
    expect(new Set(seeds).size).to.be.above(1);
    expect(seeds.every(Number.isSafeInteger)).to.equal(true);
  });

  it('take seconds, minutes and hours', () => {
    const times = ['90s', '2m', '1h'].map((time) => read('--for', time).forMs);
    expect(times).to.deep.equal([90_000, 120_000, 3_600_000]);
  });

  const REFUSED: [string[], RegExp][] = [
    [['four'], /no such scenario: four\n {2}there are: one, two, three$/],
    [['--under', 'water'], /no such condition: water\n {2}there are: script-flush/],
    [['--seed', 'x'], /--seed takes a whole number, not "x"/],
    [['--seed', '-1'], /--seed/],
    [['--for', '30'], /--for takes a time such as .*, not "30"/],
    [['--for', '0s'], /--for/],
    [['--quick'], /--quick[\s\S]*--help/],
  ];
  for (const [args, reason] of REFUSED) {
    it(`${args.join(' ')} is refused with a reason`, () => {
      expect(() => read(...args)).to.throw(reason);
    });
  }

  it('--list and --help say what every scenario does', () => {
    for (const withHelp of [false, true]) {
      for (const { name, fault, holds } of SCENARIOS) {
        expect(usage(SCENARIOS, withHelp)).to.include(name).and.include(fault).and.include(holds);
      }
    }
    expect(usage(SCENARIOS, true)).to.include('--seed <n>');
    expect(usage(SCENARIOS, false)).to.not.include('--seed');
  });
});

describe('chaos: scenarios', () => {
  it('have names of their own, fit for a command line', () => {
    const known = SCENARIOS.map(({ name }) => name);
    expect(new Set(known).size).to.equal(known.length);
    for (const name of known) expect(name).to.match(/^[a-z]+(-[a-z]+)*$/);
  });
});
