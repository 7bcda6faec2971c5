import { errorMessage } from '../lib/user-error.mjs';
import type { Bench } from './bench.ts';
import type { Figure } from './report/figure.ts';
import type { Series } from './report/series.ts';
import type { Outcome, Scenario } from './scenarios/scenario.ts';

/** A figure and the scenario that measured it. */
export interface Measured extends Figure {
  readonly scenario: string;
}

/** Everything a run found. */
export interface Findings {
  readonly figures: readonly Measured[];
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
  const outcomes = new Map<string, Outcome>();
  const failures: Failure[] = [];
  for (const scenario of inRunOrder(scenarios)) {
    signal.throwIfAborted();
    try {
      outcomes.set(scenario.name, await scenario.run(bench));
    } catch (error) {
      signal.throwIfAborted();
      const reason = errorMessage(error);
      bench.say(`${scenario.name} failed: ${reason}`);
      failures.push({ scenario: scenario.name, reason });
    }
  }
  const inOrder = scenarios.flatMap(({ name }) => {
    const outcome = outcomes.get(name);
    return outcome === undefined ? [] : [{ name, outcome }];
  });
  return {
    figures: inOrder.flatMap(({ name, outcome }) =>
      outcome.figures.map((figure) => ({ scenario: name, ...figure })),
    ),
    series: Object.assign({}, ...inOrder.map(({ outcome }) => outcome.series)) as Series,
    failures,
  };
}

function inRunOrder(scenarios: readonly Scenario[]): Scenario[] {
  return [false, true].flatMap((last) =>
    scenarios.filter(({ usesBacklog }) => usesBacklog === last),
  );
}
