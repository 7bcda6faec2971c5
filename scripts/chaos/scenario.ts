import type { Form, Stage } from './stage/stage.ts';

/** A fault, and what must hold in spite of it. */
export interface Scenario {
  readonly name: string;
  /** What is done to the system. */
  readonly fault: string;
  /** What must hold, on top of "nothing lost, nothing early, nothing left over". */
  readonly holds: string;
  /** Plays it, to the end of the fault. What is settled, and how, is the judge's business. */
  run(stage: Stage): Promise<void>;
  /** Why it cannot be played on this machine, if so. */
  readonly hindrance?: (form: Form) => Promise<string | undefined>;
}
