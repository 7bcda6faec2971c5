import { StoreUnavailableError } from '../domain/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ClaimBatch, ClaimRequest, ClaimTerms } from '../store/lease-store.ts';
import type { ClaimResult } from './lease.ts';

/** Counts claims. */
export interface ClaimMeter {
  /** @param messages how many it took */
  claimed(messages: number): void;
  claimUnanswered(): void;
}

export interface ClaimerOptions {
  readonly claim: (request: ClaimRequest) => Promise<ClaimBatch>;
  readonly newToken: () => string;
  readonly leaseMs: number;
  readonly meter: ClaimMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a claim goes by: its token, and the local time at which what it takes is no longer ours. */
interface Claim {
  readonly token: string;
  readonly endsAt: number;
}

/**
 * Makes the dispatcher's claim function. A claim whose answer was lost may have taken messages: the next
 * one of that partition repeats it with the same token, and then gets the same batch.
 */
export function createClaimer({ claim, newToken, leaseMs, meter, clock, log }: ClaimerOptions) {
  /** Claims without an answer, by partition. */
  const unanswered = new Map<number, Claim>();

  /** The lease counts from the first try with a token: that may have taken it. */
  function claimFor(partition: number, now: number): Claim {
    const before = unanswered.get(partition);
    // What an unanswered claim took so long ago is no longer ours.
    if (before !== undefined && now < before.endsAt) return before;
    return { token: newToken(), endsAt: now + leaseMs };
  }

  return async function claimDue(
    partition: number,
    limit: number,
    terms?: ClaimTerms,
  ): Promise<ClaimResult | undefined> {
    const claimedAt = clock.now();
    const { token, endsAt } = claimFor(partition, claimedAt);
    try {
      const request = { partition, limit, leaseMs, token };
      const { messages, ...rest } = await claim(terms ? { ...request, terms } : request);
      unanswered.delete(partition);
      meter.claimed(messages.length);
      return { leases: messages.map((message) => ({ message, claimedAt, endsAt })), ...rest };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      unanswered.set(partition, { token, endsAt });
      meter.claimUnanswered();
      log.debug({ err: error, partition }, 'claim unanswered; to be repeated');
      return undefined;
    }
  };
}
