import type { Clock } from './clock.ts';

/**
 * Makes one answer serve everyone who asks while it is being found, and for a while after: however many
 * ask, `call` runs once at a time.
 * @param freshMs how long an answer, or a failure, is passed on, in ms
 */
export function sharedFor<T>(
  freshMs: number,
  clock: Pick<Clock, 'now'>,
  call: () => Promise<T>,
): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let staleAt = 0;
  return () => {
    if (latest === undefined || clock.now() >= staleAt) {
      staleAt = Number.POSITIVE_INFINITY;
      latest = call().finally(() => {
        staleAt = clock.now() + freshMs;
      });
    }
    return latest;
  };
}
