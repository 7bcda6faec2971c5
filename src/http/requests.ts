import { v7 as timeOrderedId } from 'uuid';
import type { DueTime, MessageContent } from '../domain/message.ts';
import { formatInstant, parseDelay, parseScheduleTime } from '../domain/schedule-time.ts';
import type { TraceContext } from '../domain/trace-context.ts';
import type { MessageChanges } from '../store/message-store.ts';
import type { IdempotentRequest, ScheduleRequest } from '../store/scheduling.ts';
import type { TextOf } from './exact-text.ts';
import { idFromKey } from './idempotency.ts';
import { invalidField } from './problems.ts';
import { type ChangesBody, LIMITS, type NewMessageBody, REMOVABLE } from './schemas.ts';

/** What a request says beside its body. */
export interface Origin {
  /** What makes a repeat of it known; an id not given is made from its key. */
  readonly idempotency?: IdempotentRequest | undefined;
  readonly trace?: TraceContext | undefined;
}

/**
 * What a checked body asks to be scheduled.
 * @param now Redis time, epoch ms, which a delay counts from
 * @throws ProblemError when fields contradict each other
 */
export function toScheduleRequest(
  body: NewMessageBody,
  now: number,
  textOf: TextOf,
  { idempotency, trace }: Origin = {},
): ScheduleRequest {
  const due = toDueTime(body, now);
  if (due === undefined) throw invalidField('scheduleTo', 'required');
  const content = toContent(body, textOf);
  if (content.notAfter !== undefined && content.notAfter < due.dueAt) {
    throw invalidField('notAfter', 'before-due');
  }
  const id = body.id ?? (idempotency === undefined ? timeOrderedId() : idFromKey(idempotency.key));
  const { webhookUrl, ifPast } = body;
  return {
    message: {
      ...{ id, ...due, webhookUrl, payload: textOf('payload'), ...content },
      ...(trace === undefined ? {} : { trace }),
    },
    ...(ifPast === undefined ? {} : { ifPast }),
    ...(idempotency === undefined ? {} : { idempotency }),
  };
}

/**
 * The changes a checked body asks for; `null` sets a field back to the configured value.
 * @throws ProblemError when there is nothing to change, or fields contradict each other
 */
export function toChanges(body: ChangesBody, now: number, textOf: TextOf): MessageChanges {
  if (Object.keys(body).length === 0) throw invalidField('', 'nothing-to-change');
  const due = toDueTime(body, now);
  const remove = REMOVABLE.filter((name) => body[name] === null);
  return {
    ...(due === undefined ? {} : { due }),
    ...(body.webhookUrl === undefined ? {} : { webhookUrl: body.webhookUrl }),
    ...('payload' in body ? { payload: textOf('payload') } : {}),
    ...toContent(body, textOf),
    remove,
  };
}

function toDueTime(
  { scheduleTo, delay }: Pick<NewMessageBody, 'scheduleTo' | 'delay'>,
  now: number,
): DueTime | undefined {
  if (delay === undefined) {
    const dueAt = parseScheduleTime(scheduleTo ?? '');
    return scheduleTo === undefined || dueAt === undefined ? undefined : { scheduleTo, dueAt };
  }
  if (scheduleTo !== undefined) throw invalidField('delay', 'contradicts', 'scheduleTo');
  const dueAt = parseDelay(delay, now);
  if (dueAt === undefined) throw invalidField('delay', 'duration');
  return { scheduleTo: formatInstant(dueAt), dueAt };
}

/** The optional fields that are given. */
function toContent(body: ChangesBody, textOf: TextOf): Partial<MessageContent> {
  const notAfter = body.notAfter ? parseScheduleTime(body.notAfter) : undefined;
  return {
    ...(body.method ? { method: body.method } : {}),
    ...(body.headers ? { headers: toHeaders(body.headers) } : {}),
    ...(body.timeoutMs ? { timeoutMs: body.timeoutMs } : {}),
    ...(body.retry ? { retry: body.retry } : {}),
    ...(notAfter === undefined ? {} : { notAfter }),
    ...(body.metadata ? { metadata: metadataText(textOf) } : {}),
    ...(body.tags ? { tags: body.tags } : {}),
  };
}

/** Names in lower case, so that one of ours replaces the same one of theirs. */
function toHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = new Map<string, string>();
  let length = 0;
  for (const [name, value] of Object.entries(headers)) {
    const same = given.get(name.toLowerCase());
    if (same !== undefined) throw invalidField(`headers.${name}`, 'contradicts', same);
    given.set(name.toLowerCase(), name);
    length += name.length + value.length;
  }
  if (length > LIMITS.headersLength) {
    throw invalidField('headers', 'max-total', String(LIMITS.headersLength));
  }
  return Object.fromEntries([...given].map(([name, as]) => [name, headers[as] ?? '']));
}

/** Counted as it is stored: a number may take more room than it does in JavaScript. */
function metadataText(textOf: TextOf): string {
  const text = textOf('metadata');
  if (Buffer.byteLength(text) > LIMITS.metadataBytes) {
    throw invalidField('metadata', 'max-bytes', String(LIMITS.metadataBytes));
  }
  return text;
}
