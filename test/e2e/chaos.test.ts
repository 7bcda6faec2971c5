import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { formatReport } from '../../scripts/chaos/report.ts';
import { type Report, runScenario } from '../../scripts/chaos/run-scenario.ts';
import type { Scenario } from '../../scripts/chaos/scenario.ts';
import { SCENARIOS } from '../../scripts/chaos/scenarios/index.ts';

const { CHAOS_SEED } = process.env;
const seed = Number(CHAOS_SEED ?? randomInt(1_000_000));

/** Scenarios played at once: they mostly wait. */
const AT_ONCE = 4;

/** What cannot be played everywhere is left to `npm run chaos`; whoever adds to it thinks twice. */
const LONG_FORM_ONLY: string[] = [];

const isEverywhere = ({ hindrance }: Scenario) => hindrance === undefined;

/** Begins to play scenarios, a few at a time, in order. */
function playAll(scenarios: readonly Scenario[]): Map<Scenario, Promise<Report>> {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  const reports = new Map<Scenario, Promise<Report>>();
  scenarios.forEach((scenario, i) => {
    const free = lanes[i % AT_ONCE] ?? Promise.resolve();
    const report = free.then(() => runScenario(scenario, { seed, form: 'short' }));
    reports.set(scenario, report);
    // Its own test hears of a failure.
    lanes[i % AT_ONCE] = report.then(
      () => undefined,
      () => undefined,
    );
  });
  return reports;
}

describe(`chaos, seed ${seed} (npm run chaos -- --short --seed ${seed} repeats it)`, function () {
  this.timeout(180_000);
  const playable = SCENARIOS.filter(isEverywhere);
  let reports: Map<Scenario, Promise<Report>>;
  before(() => {
    reports = playAll(playable);
  });

  for (const scenario of playable) {
    const { name, fault, holds } = scenario;
    it(`${name}: ${fault} → ${holds}`, async () => {
      const report = await reports.get(scenario);
      if (report === undefined || report.violations.length > 0) {
        expect.fail(report && formatReport(report));
      }
    });
  }

  it('plays every scenario that can be played everywhere', () => {
    const others = SCENARIOS.filter((scenario) => !isEverywhere(scenario));
    expect(others.map(({ name }) => name)).to.deep.equal(LONG_FORM_ONLY);
  });
});
