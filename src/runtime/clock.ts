/** A pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** Local time. Monotonic, for measuring spans only: it is never compared with times stored in Redis. */
export interface Clock {
  /** Ms since an arbitrary origin; never goes back. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
  /** As `after`, to a fraction of a millisecond and never early; costs up to 1 ms of processor time. */
  exactlyAfter(delayMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  exactlyAfter,
};

/** Node's timers know whole milliseconds only and may be up to one early: what is left is spent looking. */
function exactlyAfter(delayMs: number, run: () => void): Timer {
  const at = performance.now() + delayMs;
  let next: NodeJS.Immediate | undefined;
  const look = () => {
    if (performance.now() >= at) run();
    else next = setImmediate(look);
  };
  const handle = setTimeout(look, delayMs);
  return {
    cancel: () => {
      clearTimeout(handle);
      clearImmediate(next);
    },
  };
}

/**
 * Resolves after `delayMs`, or at once when `signal` aborts. Never rejects: the caller looks at the
 * signal.
 */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
