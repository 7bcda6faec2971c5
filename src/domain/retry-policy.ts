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
  /** A receiver that asks to be tried again later is obeyed up to this, in ms. */
  readonly retryAfterCapMs: number;
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

/**
 * The delay until the next attempt, when the receiver may have asked for one: the longer of what it asks
 * for, up to the cap, and the backoff, so that it can slow us down and never speed us up. Those it sends
 * away together do not come back together: jitter makes what it asks for longer, never shorter.
 * @param retryAfterMs what it asks for, if anything
 * @returns whole ms
 */
export function obligingDelay(
  policy: RetryPolicy,
  attempt: number,
  random: number,
  retryAfterMs = 0,
): number {
  const asked = Math.min(retryAfterMs, policy.retryAfterCapMs) * (1 + policy.jitter * random);
  return Math.max(retryDelay(policy, attempt, random), Math.round(asked));
}

/** What a client may set for one message; the rest is as configured. */
export interface RetryOverride {
  readonly maxAttempts?: number;
  readonly backoff?: {
    /** `fixed`: every delay is the first one. */
    readonly kind: 'fixed' | 'exponential';
    readonly baseMs?: number;
    readonly factor?: number;
    readonly capMs?: number;
  };
}

/** The policy of one message: the configured one, with what the client set for it. */
export function overridePolicy(policy: RetryPolicy, override: RetryOverride = {}): RetryPolicy {
  const { maxAttempts = policy.maxAttempts, backoff } = override;
  if (backoff === undefined) return { ...policy, maxAttempts };
  const { kind, baseMs = policy.baseMs, factor = policy.factor, capMs = policy.capMs } = backoff;
  return { ...policy, maxAttempts, baseMs, capMs, factor: kind === 'fixed' ? 1 : factor };
}
