import type { ClaimedMessage, MessageContent, Method, NewMessage } from '../domain/message.ts';
import type { RetryOverride } from '../domain/retry-policy.ts';
import { parseScheduleTime } from '../domain/schedule-time.ts';

/** What is kept about one attempt, in the delivery log and in the message's own history. */
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

/** Field names and values, alternating. */
export type Pairs = (string | number)[];

/** The fields of a message hash that the client gave. */
export function encodeMessage(message: NewMessage): Pairs {
  return ['id', message.id, 'scheduleTo', message.scheduleTo, ...encodeContent(message)];
}

/** The fields of what is given of a message's content; what is not given gets none. */
export function encodeContent(content: Partial<MessageContent>): Pairs {
  const { headers, retry, tags } = content;
  const fields: Record<string, string | number | undefined> = {
    webhookUrl: content.webhookUrl,
    payload: content.payload,
    method: content.method,
    headers: headers && JSON.stringify(headers),
    timeoutMs: content.timeoutMs,
    retry: retry && JSON.stringify(retry),
    notAfter: content.notAfter,
    metadata: content.metadata,
    tags: tags && JSON.stringify(tags),
  };
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}

/** A delivery log entry. */
export function encodeAttempt(id: string, record: AttemptRecord): Pairs {
  return ['id', id, ...Object.entries(withoutNoError(record)).flat()];
}

/** An entry of a message's own history, JSON; the script that stores it adds the time. */
export function encodeHistory(record: AttemptRecord): string {
  return JSON.stringify(withoutNoError(record));
}

function withoutNoError({ error, ...record }: AttemptRecord) {
  return error === '' ? record : { ...record, error };
}

/**
 * Reads a claimed message from its hash.
 * @param fields alternating names and values, as `HGETALL` in a script returns them
 * @param now Redis time of the claim, epoch ms, with its fraction
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
    expired: hash.notAfter !== undefined && Math.floor(now) > Number(hash.notAfter),
    ...(hash.method === undefined ? {} : { method: hash.method as Method }),
    ...(hash.headers === undefined ? {} : { headers: readJson(hash.headers) }),
    ...(hash.timeoutMs === undefined ? {} : { timeoutMs: Number(hash.timeoutMs) }),
    ...(hash.retry === undefined ? {} : { retry: readJson<RetryOverride>(hash.retry) }),
  };
}

/** Reads a flat list of names and values. */
export function toRecord(flat: string[]): Partial<Record<string, string>> {
  const record: Partial<Record<string, string>> = {};
  for (let i = 0; i < flat.length; i += 2) record[flat[i] ?? ''] = flat[i + 1] ?? '';
  return record;
}

/** Reads a JSON field; one that was damaged by hand counts as empty rather than stopping the claim. */
function readJson<T extends object>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return {} as T;
  }
}
