import { setTimeout as delay } from 'node:timers/promises';

/** Something that is done again and again. */
export interface Repeating {
  /** Waits for the round under way; throws what a round threw. */
  stop(): Promise<void>;
}

/** Does it every so often, one round after the other, until stopped or until one throws. */
export function repeat(everyMs: number, act: () => Promise<unknown>): Repeating {
  const stopped = new AbortController();
  const rounds = async () => {
    while (!stopped.signal.aborted) {
      await act();
      await delay(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const done = rounds();
  // Thrown by `stop`, which comes later.
  done.catch(() => undefined);
  return {
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}
