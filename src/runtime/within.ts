import { type Clock, pause } from './clock.ts';

/** What a promise comes to; `undefined` when that takes longer than `ms`. Rejects as it does. */
export async function within<T>(
  ms: number,
  clock: Clock,
  promise: Promise<T>,
): Promise<T | undefined> {
  const settled = new AbortController();
  try {
    return await Promise.race([promise, pause(clock, ms, settled.signal).then(() => undefined)]);
  } finally {
    settled.abort();
  }
}
