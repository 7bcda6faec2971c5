import { isFinal, type Outcome, type Rejection } from './outcome.ts';
import { obligingDelay, type RetryPolicy } from './retry-policy.ts';

/** The transition that ends an attempt. */
export type Settlement =
  | { readonly kind: 'complete' }
  | (Failure & { readonly kind: 'retry'; readonly delayMs: number })
  | (Failure & { readonly kind: 'fail' })
  /** With a deferral the message needs no attention for so many ms; without, it is due as before. */
  | { readonly kind: 'release'; readonly deferMs?: number };

/** What is kept of an attempt that failed. */
interface Failure {
  readonly error: string;
  /** How the receiver's answer begins; absent when there was none. */
  readonly answer?: string;
}

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
  const { error } = outcome;
  const { answer, retryAfterMs }: Partial<Rejection> = outcome.kind === 'rejected' ? outcome : {};
  const failure = answer === undefined ? { error } : { error, answer };
  if (isFinal(outcome) || attempt >= policy.maxAttempts) return { kind: 'fail', ...failure };
  const delayMs = obligingDelay(policy, attempt, random, retryAfterMs);
  return { kind: 'retry', delayMs, ...failure };
}

/** What the store answered to a settle. `lost-claim` and `not-found` mean: no longer ours to settle. */
export type SettleResult =
  | 'completed'
  | 'retried'
  | 'failed'
  | 'released'
  | 'lost-claim'
  | 'not-found';
