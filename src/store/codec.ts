import type { ClaimedMessage, NewMessage, PendingMessage } from '../domain/message.ts';
import { parseScheduleTime } from '../domain/schedule-time.ts';

/** What is written to the delivery log about one attempt. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly outcome: string;
  /** 0 when the receiver did not answer. */
  readonly statusCode: number;
  /** Request sent − due time, in whole ms. */
  readonly lateness: number;
  /** Request sent → outcome known, in whole ms. */
  readonly duration: number;
  /** Empty when delivered. */
  readonly error: string;
}

/** The fields of a message hash that the client gave, as alternating names and values. */
export function encodeMessage(message: NewMessage): string[] {
  const { id, scheduleTo, webhookUrl, payload } = message;
  return ['id', id, 'scheduleTo', scheduleTo, 'webhookUrl', webhookUrl, 'payload', payload];
}

/** A delivery log entry, as alternating names and values. */
export function encodeAttempt(id: string, record: AttemptRecord): (string | number)[] {
  const { attempt, outcome, statusCode, lateness, duration, error } = record;
  const entry = ['id', id, 'attempt', attempt, 'outcome', outcome, 'statusCode', statusCode];
  entry.push('lateness', lateness, 'duration', duration);
  return error === '' ? entry : [...entry, 'error', error];
}

/**
 * Reads a claimed message from its hash.
 * @param fields alternating names and values, as `HGETALL` in a script returns them
 * @param now Redis time of the claim, epoch ms
 */
export function decodeClaimed(fields: string[], now: number): ClaimedMessage {
  const hash = toRecord(fields);
  const dueAt = Number(hash.dueAt);
  return {
    id: hash.id ?? '',
    webhookUrl: hash.webhookUrl ?? '',
    payload: hash.payload ?? 'null',
    attempt: Number(hash.attempt),
    scheduledFor: parseScheduleTime(hash.scheduleTo ?? '') ?? dueAt,
    claimLateness: now - dueAt,
    claimToken: hash.claim ?? '',
  };
}

/** The fields `decodePending` needs, in its order. */
export const PENDING_FIELDS = ['webhookUrl', 'dueAt'] as const;

/** Reads a row of the pending list; `undefined` when the message has gone meanwhile. */
export function decodePending(
  id: string,
  [webhookUrl, dueAt]: (string | null | undefined)[],
): PendingMessage | undefined {
  if (webhookUrl == null || dueAt == null) return undefined;
  return { id, webhookUrl, dueAt: Number(dueAt) };
}

function toRecord(flat: string[]): Partial<Record<string, string>> {
  const record: Partial<Record<string, string>> = {};
  for (let i = 0; i < flat.length; i += 2) record[flat[i] ?? ''] = flat[i + 1] ?? '';
  return record;
}
