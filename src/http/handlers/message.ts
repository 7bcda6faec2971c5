import type { RouterContext } from '@koa/router';
import { isSecretName, MASK, maskUrl } from '../../runtime/secrets.ts';
import type { MessageDetails, PastAttempt } from '../../store/details.ts';
import type { Queries } from '../../store/queries.ts';
import { toInstant } from '../instant.ts';
import type { Locale } from '../locale/locale.ts';

/** `GET /messages/{id}`: everything that is stored of a message, but for its secrets. */
export function messageHandler(queries: Pick<Queries, 'message'>, locale: Locale) {
  return async function read(ctx: RouterContext): Promise<void> {
    const message = await queries.message(String(ctx.params.id));
    ctx.body = messageText(message, locale);
    ctx.type = 'application/json';
  };
}

/**
 * A message as JSON. Put together from texts: what the client gave as JSON goes out as it came in, for an
 * id of 19 digits does not survive `JSON.parse`.
 */
export function messageText(message: MessageDetails, { statuses }: Locale): string {
  const { status, dueAt, webhookUrl, headers, payload, retry, notAfter, createdAt, attempts } =
    message;
  const members: Record<string, string | undefined> = {
    id: JSON.stringify(message.id),
    status: JSON.stringify(statuses[status]),
    scheduleTo: JSON.stringify(message.scheduleTo),
    nextRun: status === 'failed' ? 'null' : instantText(dueAt),
    webhookUrl: webhookUrl === undefined ? undefined : JSON.stringify(maskUrl(webhookUrl)),
    method: JSON.stringify(message.method),
    headers: headersText(headers),
    payload: jsonText(payload),
    timeoutMs: JSON.stringify(message.timeoutMs),
    retry: jsonText(retry),
    notAfter: instantText(notAfter),
    metadata: jsonText(message.metadata),
    tags: jsonText(message.tags),
    traceparent: JSON.stringify(message.traceparent),
    tracestate: JSON.stringify(message.tracestate),
    createdAt: instantText(createdAt),
    lastError: JSON.stringify(message.lastError),
    attempts: attempts && JSON.stringify(attempts.map(toEntry)),
  };
  const written = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${written.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function instantText(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : JSON.stringify(toInstant(epochMs));
}

/** A field of JSON as it is; as a text, should it have been damaged by hand. */
function jsonText(stored: string | undefined): string | undefined {
  if (stored === undefined) return undefined;
  return isJson(stored) ? stored : JSON.stringify(stored);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Headers without their secrets; all of them are kept back when they cannot be told apart. */
function headersText(stored: string | undefined): string | undefined {
  if (stored === undefined) return undefined;
  const headers: unknown = isJson(stored) ? JSON.parse(stored) : MASK;
  if (typeof headers !== 'object' || headers === null) return JSON.stringify(MASK);
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    isSecretName(name) ? MASK : value,
  ]);
  return JSON.stringify(Object.fromEntries(shown));
}

function toEntry({ at, ...ending }: PastAttempt) {
  const { attempt, outcome, statusCode, lateness, duration, error, answer } = ending;
  const instant = typeof at === 'number' ? toInstant(at) : at;
  return { attempt, at: instant, outcome, statusCode, lateness, duration, error, answer };
}
