import { type ClaimedMessage, hostOf } from '../domain/message.ts';
import type { Outcome } from '../domain/outcome.ts';
import { overridePolicy, type RetryPolicy } from '../domain/retry-policy.ts';
import { decideSettlement, type SettleResult } from '../domain/settlement.ts';
import { traceIdOf } from '../domain/trace-context.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AttemptRecord } from '../store/codec.ts';
import type { Attempted, Lease } from './lease.ts';
import type { Settler } from './settling.ts';

/** Counts attempts. */
export interface AttemptMeter {
  /** @param result what it was settled as */
  attempted(record: AttemptRecord, result: SettleResult | 'unanswered'): void;
}

export interface AttemptOptions {
  readonly deliver: (message: ClaimedMessage, signal: AbortSignal) => Promise<Outcome>;
  readonly settle: Settler;
  /** As configured; a message may override it. */
  readonly policy: RetryPolicy;
  /** The longest an attempt's HTTP part can take, in ms; shorter than the lease. */
  readonly timeoutMs: number;
  readonly meter: AttemptMeter;
  readonly clock: Clock;
  readonly log: Logger;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
}

/** Makes the dispatcher's attempt function: send → classify → decide → settle. */
export function createAttempt(options: AttemptOptions) {
  const { deliver, settle, policy, meter, clock, log, random } = options;

  async function decideAndSettle(
    lease: Lease,
    outcome: Outcome,
    record: AttemptRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { message } = lease;
    const own = overridePolicy(policy, message.retry);
    const settlement = decideSettlement(outcome, message.attempt, own, random());
    const result = await settle(lease, settlement, record, signal);
    meter.attempted(record, result);
    // That a key is missing is for who runs the service to mend.
    const level = outcome.kind === 'unreadable' ? 'warn' : 'info';
    log[level](toLine(message, record, settlement.kind, result), 'attempt');
  }

  return async function attempt(lease: Lease, signal: AbortSignal): Promise<Attempted> {
    const { message, claimedAt } = lease;
    const sentAt = clock.now();
    const outcome = reasonNotToSend(options, lease, signal) ?? (await deliver(message, signal));
    const record = toRecord(message, outcome, {
      lateness: Math.round(message.claimLateness + (sentAt - claimedAt)),
      duration: Math.round(clock.now() - sentAt),
    });
    return { outcome, settled: decideAndSettle(lease, outcome, record, signal) };
  };
}

/** All that is known of an attempt, in the words of the delivery log; what there is not is left out. */
function toLine(
  message: ClaimedMessage,
  record: AttemptRecord,
  settlement: string,
  result: string,
) {
  const { id, trace } = message;
  const error = record.error === '' ? undefined : record.error;
  const traceId = trace && traceIdOf(trace);
  return { id, traceId, host: hostOf(message), ...record, error, settlement, result };
}

const EXPIRED: Outcome = { kind: 'expired', error: 'not sent: its notAfter had passed' };

const INTERRUPTED: Outcome = {
  kind: 'interrupted',
  error: 'not sent: stopping, or the lease was nearly over',
};

/** After a long pause of this process, sending could overlap with the next holder of the message. */
function reasonNotToSend(
  { clock, timeoutMs }: AttemptOptions,
  { message, endsAt }: Lease,
  signal: AbortSignal,
): Outcome | undefined {
  if (signal.aborted || clock.now() + timeoutMs > endsAt) return INTERRUPTED;
  if (message.expired) return EXPIRED;
  const { unreadable } = message;
  return unreadable === undefined ? undefined : { kind: 'unreadable', error: unreadable };
}

function toRecord(
  { attempt }: ClaimedMessage,
  outcome: Outcome,
  times: { lateness: number; duration: number },
): AttemptRecord {
  return {
    attempt,
    outcome: outcome.kind,
    statusCode: 'statusCode' in outcome ? outcome.statusCode : 0,
    error: 'error' in outcome ? outcome.error : '',
    ...times,
  };
}
