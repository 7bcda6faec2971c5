import type { ClaimedMessage, MessageContent, Method, NewMessage } from '../domain/message.ts';
import type { RetryOverride } from '../domain/retry-policy.ts';
import { parseScheduleTime } from '../domain/schedule-time.ts';
import { parseTraceContext } from '../domain/trace-context.ts';
import { SealError, type Sealing } from './sealing.ts';

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
export function encodeMessage(message: NewMessage, sealing: Sealing): Pairs {
  const { id, scheduleTo } = message;
  return ['id', id, 'scheduleTo', scheduleTo, ...encodeContent(id, message, sealing)];
}

/**
 * The fields of what is given of a message's content; what is not given gets none.
 * @param id of the message: what is encrypted is bound to it
 */
export function encodeContent(
  id: string,
  content: Partial<MessageContent>,
  sealing: Sealing,
): Pairs {
  const { payload, headers, retry, tags, trace } = content;
  const fields: Record<string, string | number | undefined> = {
    webhookUrl: content.webhookUrl,
    payload: payload && sealing.seal(id, 'payload', payload),
    method: content.method,
    headers: headers && sealing.seal(id, 'headers', JSON.stringify(headers)),
    timeoutMs: content.timeoutMs,
    retry: retry && JSON.stringify(retry),
    notAfter: content.notAfter,
    metadata: content.metadata,
    tags: tags && JSON.stringify(tags),
    traceparent: trace?.traceparent,
    tracestate: trace?.tracestate,
  };
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}

/** A delivery log entry. */
export function encodeAttempt(id: string, record: AttemptRecord): Pairs {
  return ['id', id, ...Object.entries(withoutNoError(record)).flat()];
}

/**
 * An entry of a message's own history, JSON; the script that stores it adds the time.
 * @param answer how the receiver's answer begins, if there was one
 */
export function encodeHistory(
  id: string,
  record: AttemptRecord,
  answer: string | undefined,
  sealing: Sealing,
): string {
  const stored = answer && sealing.seal(id, 'answer', answer);
  return JSON.stringify({ ...withoutNoError(record), answer: stored });
}

function withoutNoError({ error, ...record }: AttemptRecord) {
  return error === '' ? record : { ...record, error };
}

/** The fields of a message that an attempt needs, in the order `decodeClaimed` takes their values. */
export const CLAIMED_FIELDS = [
  'webhookUrl',
  'payload',
  'attempt',
  'scheduleTo',
  'dueAt',
  'claim',
  'method',
  'headers',
  'timeoutMs',
  'retry',
  'notAfter',
  'traceparent',
  'tracestate',
] as const;

/** The id of a claimed message and the values of `CLAIMED_FIELDS`; `null` for one it has not. */
export type ClaimedValues = readonly [id: string, ...values: (string | null | undefined)[]];

/**
 * Reads a claimed message from the values of its fields.
 * @param now Redis time of the claim, epoch ms, with its fraction
 */
export function decodeClaimed(
  [id, ...values]: ClaimedValues,
  now: number,
  sealing: Sealing,
): ClaimedMessage {
  const [webhookUrl, storedPayload, attempt, scheduleTo, due, claim, ...optional] = values;
  const [method, storedHeaders, timeoutMs, retry, notAfter, traceparent, tracestate] = optional;
  const trace = traceparent == null ? undefined : parseTraceContext(traceparent, tracestate);
  const dueAt = Number(due);
  const { payload, headers, unreadable } = openSealed(id, storedPayload, storedHeaders, sealing);
  return {
    id,
    webhookUrl: webhookUrl ?? '',
    payload,
    attempt: Number(attempt),
    scheduledFor: parseScheduleTime(scheduleTo ?? '') ?? dueAt,
    claimLateness: now - dueAt,
    claimToken: claim ?? '',
    expired: notAfter != null && Math.floor(now) > Number(notAfter),
    ...(method == null ? {} : { method: method as Method }),
    ...(headers == null ? {} : { headers: readJson(headers) }),
    ...(timeoutMs == null ? {} : { timeoutMs: Number(timeoutMs) }),
    ...(retry == null ? {} : { retry: readJson<RetryOverride>(retry) }),
    ...(trace === undefined ? {} : { trace }),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

/** Decrypts what is encrypted; one message that cannot be read must not hold up those claimed with it. */
function openSealed(
  id: string,
  payload: string | null | undefined,
  headers: string | null | undefined,
  sealing: Sealing,
): { payload: string; headers?: string | undefined; unreadable?: string } {
  try {
    return {
      payload: sealing.open(id, 'payload', payload ?? 'null'),
      headers: headers == null ? undefined : sealing.open(id, 'headers', headers),
    };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { payload: 'null', unreadable: error.message };
  }
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
