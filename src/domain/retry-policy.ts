/** When and how often a failed attempt is tried again. Comes from configuration. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** Delay after the first attempt, in ms. */
  readonly baseMs: number;
  /** Each further delay is this many times the one before. */
  readonly factor: number;
  /** No delay is longer, in ms. */
  readonly capMs: number;
  /** Share of the delay that is random, both ways: 0.2 is ±20 %. */
  readonly jitter: number;
}

/**
 * Exponential backoff with proportional jitter: `min(cap, base · factor^(attempt − 1) · (1 ± jitter))`.
 * @param attempt the attempt that has just failed, 1 for the first
 * @param random a number in [0, 1), such as `Math.random()`
 * @returns the delay until the next attempt, in whole ms
 */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  const backoff = policy.baseMs * policy.factor ** (attempt - 1);
  const spread = 1 + policy.jitter * (2 * random - 1);
  return Math.round(Math.min(policy.capMs, backoff * spread));
}
