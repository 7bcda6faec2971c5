import type { ClaimedMessage } from '../domain/message.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DeferredMessage } from '../store/lease-store.ts';

/** A claimed message and the span in which it is ours, on the local clock. */
export interface Lease {
  readonly message: ClaimedMessage;
  /** When the claim that was answered was sent. */
  readonly claimedAt: number;
  /** When the lease is over, at the earliest. */
  readonly endsAt: number;
}

/** What a claim gave. */
export interface ClaimResult {
  readonly leases: readonly Lease[];
  readonly deferred: readonly DeferredMessage[];
  readonly moreDue: boolean;
}

/** An attempt whose request is over. */
export interface Attempted {
  readonly outcome: Outcome;
  /** Resolves when its message is settled. */
  readonly settled: Promise<void>;
}
