import { createHash } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import type { IdempotentRequest } from '../store/scheduling.ts';
import { readIdempotencyKey } from './parameters.ts';

/**
 * What makes a request, or a part of it, known when it is repeated; `undefined` without an
 * `Idempotency-Key`.
 * @param content what must be the same in a repeat, beside the query
 * @param part tells the parts of a request from each other
 */
export function idempotencyOf(
  ctx: RouterContext,
  content: () => string,
  part = '',
): IdempotentRequest | undefined {
  const key = readIdempotencyKey(ctx);
  if (key === undefined) return undefined;
  return { key: key + part, fingerprint: digest(`${ctx.querystring}\n${content()}`) };
}

/** The id of a message without one: who repeats the request must meet the message of the first. */
export function idFromKey(key: string): string {
  return digest(key);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
