import { Scope } from '../harness/scope.ts';
import { check } from './check.ts';
import type { Condition } from './conditions.ts';
import { EMPTY_STATE } from './history.ts';
import type { Scenario } from './scenario.ts';
import { MAX_ATTEMPTS } from './stage/services.ts';
import { type Form, Stage } from './stage/stage.ts';
import type { Figures, Violation } from './verdict.ts';

/** How a scenario went. */
export interface Report {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly form: Form;
  readonly conditions: readonly Condition[];
  readonly figures: Figures;
  readonly violations: readonly Violation[];
  readonly notes: readonly string[];
  /** How often the fault struck. */
  readonly struck: number;
  readonly ms: number;
}

export interface RunOptions {
  readonly seed: number;
  readonly form: Form;
  readonly conditions?: readonly Condition[];
  readonly signal?: AbortSignal;
}

/** The API promises an answer within 2 s; a machine that is busy with chaos gets more, in ms. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Plays a scenario and judges it.
 * @throws when `signal` aborts; nothing is left behind then either
 */
export async function runScenario(
  scenario: Scenario,
  { seed, form, conditions = [], signal }: RunOptions,
): Promise<Report> {
  const since = performance.now();
  const scope = new Scope();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason as Error);
  });
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    const stage = await Stage.open({ form, seed: `${scenario.name} ${seed}`, conditions, scope });
    const judged = await Promise.race([judge(scenario, stage), aborted]);
    return { scenario, seed, form, conditions, ...judged, ms: performance.now() - since };
  } finally {
    signal?.removeEventListener('abort', abort);
    await scope.close();
  }
}

async function judge(scenario: Scenario, stage: Stage) {
  const { history, services, notes } = stage;
  let state = EMPTY_STATE;
  let broken: Violation | undefined;
  try {
    await scenario.run(stage);
    state = await stage.settle();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    broken = { kind: 'scenario', about: scenario.name, detail };
  }
  const rules = { maxAttempts: MAX_ATTEMPTS, answerWithinMs: ANSWER_WITHIN_MS };
  const { figures, violations } = check(history, state, rules);
  const { struck } = stage;
  // Of a scenario that broke off the history says nothing.
  const found = broken ? [broken] : [...emptyRun(figures, struck), ...violations];
  return { figures, notes, struck, violations: [...found, ...services.violations] };
}

function emptyRun({ messages }: Figures, struck: number): Violation[] {
  const missing = (about: string): Violation => ({ kind: 'scenario', about, detail: 'none' });
  return [
    ...(messages === 0 ? [missing('acknowledged messages')] : []),
    ...(struck === 0 ? [missing('faults that struck')] : []),
  ];
}
