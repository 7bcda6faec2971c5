import { DomainError } from '../domain/errors.ts';
import type { ClaimedMessage } from '../domain/message.ts';
import type { Settlement, SettleResult } from '../domain/settlement.ts';
import { type Clock, pause } from '../runtime/clock.ts';
import type { AttemptRecord } from '../store/codec.ts';
import type { Lease } from './lease.ts';

export interface SettlerOptions {
  readonly settle: (
    message: ClaimedMessage,
    settlement: Settlement,
    record: AttemptRecord,
  ) => Promise<SettleResult>;
  readonly clock: Clock;
}

export type Settler = (
  lease: Lease,
  settlement: Settlement,
  record: AttemptRecord,
  signal: AbortSignal,
) => Promise<SettleResult | 'unanswered'>;

/** Pause before a settle without an answer is repeated, in ms. */
const REPEAT_DELAY_MS = 100;

/**
 * Makes a function that repeats a settle until Redis answers. It gives up when the lease is over, for then
 * it is void anyway, and after one try when `signal` has aborted: the lease hands the message on.
 */
export function createSettler({ settle, clock }: SettlerOptions): Settler {
  return async function settleUntilAnswered({ message, endsAt }, settlement, record, signal) {
    do {
      try {
        return await settle(message, settlement, record);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        await pause(clock, REPEAT_DELAY_MS, signal);
      }
    } while (!signal.aborted && clock.now() < endsAt);
    return 'unanswered';
  };
}
