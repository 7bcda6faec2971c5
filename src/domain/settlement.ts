import type { Outcome } from './outcome.ts';
import { type RetryPolicy, retryDelay } from './retry-policy.ts';

/** The transition that ends an attempt. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly error: string }
  | { readonly kind: 'fail'; readonly error: string }
  | { readonly kind: 'release' };

/**
 * Decides what becomes of a message after an attempt.
 * @param attempt the attempt the outcome belongs to, 1 for the first
 * @param random a number in [0, 1) for the backoff's jitter
 */
export function decideSettlement(
  outcome: Outcome,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): Settlement {
  if (outcome.kind === 'delivered') return { kind: 'complete' };
  if (outcome.kind === 'interrupted') return { kind: 'release' };
  if (outcome.kind === 'expired') return { kind: 'fail', error: outcome.error };
  if (attempt >= policy.maxAttempts) return { kind: 'fail', error: outcome.error };
  return { kind: 'retry', delayMs: retryDelay(policy, attempt, random), error: outcome.error };
}

/** What the store answered to a settle. `lost-claim` and `not-found` mean: no longer ours to settle. */
export type SettleResult =
  | 'completed'
  | 'retried'
  | 'failed'
  | 'released'
  | 'lost-claim'
  | 'not-found';
