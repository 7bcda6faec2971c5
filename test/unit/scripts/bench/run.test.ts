import { expect } from 'chai';
import { type Bench, createOnce } from '../../../../scripts/bench/bench.ts';
import { runScenarios } from '../../../../scripts/bench/run.ts';
import { QUICK } from '../../../../scripts/bench/scale.ts';
import type { Scenario } from '../../../../scripts/bench/scenarios/scenario.ts';
import { Scope } from '../../../../scripts/harness/scope.ts';

describe('bench: run', () => {
  let said: string[];
  let ran: string[];
  let bench: Bench;

  beforeEach(() => {
    said = [];
    ran = [];
    const say = (line: string) => said.push(line);
    bench = { scale: QUICK, scope: new Scope(), workDir: '', say, once: createOnce() };
  });

  function scenario(name: string, usesBacklog: boolean, error?: Error): Scenario {
    return {
      name,
      summary: '',
      usesBacklog,
      run: () => {
        ran.push(name);
        if (error) return Promise.reject(error);
        const burst = [{ system: name, perSecond: 1 }];
        return Promise.resolve({ figures: [{ name, unit: 'ms', value: 1 }], series: { burst } });
      },
    };
  }

  const never = new AbortController().signal;

  it('runs what needs the backlog last, and reports in the order of the table', async () => {
    const scenarios = [scenario('a', true), scenario('b', false), scenario('c', true)];
    const { figures, failures } = await runScenarios(bench, scenarios, never);
    expect(ran).to.deep.equal(['b', 'a', 'c']);
    expect(figures.map(({ scenario: of, name }) => [of, name])).to.deep.equal([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
    expect(failures).to.deep.equal([]);
  });

  it('says what failed, and goes on', async () => {
    const scenarios = [scenario('a', false, new Error('no luck')), scenario('b', false)];
    const { figures, series, failures } = await runScenarios(bench, scenarios, never);
    expect(failures).to.deep.equal([{ scenario: 'a', reason: 'no luck' }]);
    expect(figures.map(({ name }) => name)).to.deep.equal(['b']);
    expect(series.burst).to.deep.equal([{ system: 'b', perSecond: 1 }]);
    expect(said.join()).to.contain('a failed: no luck');
  });

  it('begins nothing more once it was told to stop', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const scenarios = [
      scenario('a', false, new Error('its process is gone')),
      scenario('b', false),
    ];
    stop.abort(reason);
    const thrown = await runScenarios(bench, scenarios, stop.signal).catch((e: unknown) => e);
    expect(thrown).to.equal(reason);
    expect(ran).to.deep.equal([]);
  });

  it('makes what scenarios share once, failures too', async () => {
    const once = createOnce();
    let made = 0;
    const make = () => Promise.resolve(++made);
    expect([await once('x', make), await once('x', make), await once('y', make)]).to.deep.equal([
      1, 1, 2,
    ]);
    const fail = () => Promise.reject(new Error(`failed ${++made}`));
    const reasons = [once('z', fail), once('z', fail)].map((p) => p.catch((e: Error) => e.message));
    expect(await Promise.all(reasons)).to.deep.equal(['failed 3', 'failed 3']);
  });
});
