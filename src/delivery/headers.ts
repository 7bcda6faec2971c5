import type { ClaimedMessage } from '../domain/message.ts';
import { formatInstant } from '../domain/schedule-time.ts';
import type { TraceContext } from '../domain/trace-context.ts';

/** What may not stand in a header as it is: all but visible ASCII, and the escape character itself. */
const NEEDS_ESCAPE = /[^!-$&-~]/gu;

/**
 * A message id as a header value: visible ASCII as it is, everything else (and `%`) percent-encoded,
 * so that `decodeURIComponent` gives the id back.
 */
export function encodeId(id: string): string {
  return id.replace(NEEDS_ESCAPE, encodeURIComponent);
}

export type WebhookHeaders = Record<string, string> & { 'webhook-id': string };

/** The trace context of the request that created a message, unless the message brings one of its own. */
function traceHeaders({ trace, headers }: ClaimedMessage): Partial<TraceContext> {
  return headers?.traceparent === undefined ? { ...trace } : {};
}

/**
 * The headers of every attempt: the message's own, and ours, which win. `webhook-id` is the same on each,
 * so that a receiver can drop repeats.
 */
export function webhookHeaders(message: ClaimedMessage): WebhookHeaders {
  const content = message.method === 'GET' ? {} : { 'content-type': 'application/json' };
  return {
    'user-agent': 'api-de-agendamento',
    ...content,
    ...traceHeaders(message),
    ...message.headers,
    'webhook-id': encodeId(message.id),
    'webhook-attempt': String(message.attempt),
    'webhook-scheduled-for': formatInstant(message.scheduledFor),
  };
}
