import type { Bench } from './bench.ts';
import type { Figure } from './report/figure.ts';
import type { Series } from './report/series.ts';
import type { Outcome, Scenario } from './scenarios/scenario.ts';

/** Everything a run found. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly series: Series;
  readonly failures: readonly Failure[];
}

/** A scenario that could not be measured. */
export interface Failure {
  readonly scenario: string;
  readonly reason: string;
}

/**
 * Runs scenarios one after the other; one that fails does not keep the others from running.
 * @param signal no further one is begun once it aborts
 */
export async function runScenarios(
  bench: Bench,
  scenarios: readonly Scenario[],
  signal: AbortSignal,
): Promise<Findings> {
  const outcomes = new Map<Scenario, Outcome>();
  const failures: Failure[] = [];
  for (const scenario of inRunOrder(scenarios)) {
    try {
      outcomes.set(scenario, await scenario.run(bench));
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      bench.say(`${scenario.name} failed: ${reason}`);
      failures.push({ scenario: scenario.name, reason });
    }
  }
  const inOrder = scenarios.flatMap((scenario) => outcomes.get(scenario) ?? []);
  const series = inOrder.map((outcome) => outcome.series ?? {});
  return {
    figures: inOrder.flatMap(({ figures }) => figures),
    series: Object.assign({}, ...series) as Series,
    failures,
  };
}

function inRunOrder(scenarios: readonly Scenario[]): Scenario[] {
  return [false, true].flatMap((last) =>
    scenarios.filter(({ usesBacklog }) => usesBacklog === last),
  );
}
