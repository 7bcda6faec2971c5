import { StoreUnavailableError } from '../domain/errors.ts';
import { type Clock, pause } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ClaimBatch, ClaimRequest } from '../store/lease-store.ts';
import type { ClaimResult } from './dispatcher.ts';

export interface ClaimerOptions {
  readonly claim: (request: ClaimRequest) => Promise<ClaimBatch>;
  readonly newToken: () => string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Pause before a claim without an answer is repeated, in ms. */
const REPEAT_DELAY_MS = 100;

/**
 * Makes the dispatcher's claim function. A claim whose answer was lost may have taken messages: it is
 * repeated with the same token until it is answered, and then gets the same batch.
 */
export function createClaimer({ claim, newToken, leaseMs, clock, log }: ClaimerOptions) {
  // Counted from the first try with a token: it may have taken the lease although its answer was lost.
  const newLease = () => ({ token: newToken(), endsAt: clock.now() + leaseMs });

  return async function claimDue(
    partition: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<ClaimResult> {
    let { token, endsAt } = newLease();
    while (!signal.aborted) {
      // What an unanswered claim took so long ago is no longer ours.
      if (clock.now() >= endsAt) ({ token, endsAt } = newLease());
      const claimedAt = clock.now();
      try {
        const { messages, moreDue } = await claim({ partition, limit, leaseMs, token });
        return { leases: messages.map((message) => ({ message, claimedAt, endsAt })), moreDue };
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        log.debug({ err: error, partition }, 'claim unanswered; repeating it');
        await pause(clock, REPEAT_DELAY_MS, signal);
      }
    }
    return { leases: [], moreDue: false };
  };
}
