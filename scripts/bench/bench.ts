import type { Scope } from '../harness/scope.ts';
import type { Scale } from './scale.ts';

/** What every scenario works with. */
export interface Bench {
  readonly scale: Scale;
  /** Ends everything when the run ends. */
  readonly scope: Scope;
  readonly workDir: string;
  /** Tells the user what is going on. */
  readonly say: (line: string) => void;
  /** Makes something once per run, however many scenarios ask for it. */
  readonly once: <T>(key: string, make: () => Promise<T>) => Promise<T>;
}

/** @returns the `once` of a run; a failure is remembered too: what failed is not tried again */
export function createOnce(): Bench['once'] {
  const made = new Map<string, Promise<unknown>>();
  return <T>(key: string, make: () => Promise<T>) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known as Promise<T>;
  };
}
