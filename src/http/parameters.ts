import type { Context } from 'koa';
import { parseTraceContext, type TraceContext } from '../domain/trace-context.ts';
import { invalidField } from './problems.ts';

/** Visible ASCII and spaces, of a length that suits a Redis key. */
export const IDEMPOTENCY_KEY = /^[ -~]{1,255}$/;

/** The header `Idempotency-Key`, when it is given. */
export function readIdempotencyKey(ctx: Context): string | undefined {
  const key = ctx.headers['idempotency-key'];
  if (key === undefined) return undefined;
  // Sent twice, Node joins it to one key: as good as any.
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key))
    throw invalidField('Idempotency-Key', 'text');
  return key;
}

/** The headers `traceparent` and `tracestate`; what is wrong with them is no reason to refuse a request. */
export function readTraceContext({ req }: Pick<Context, 'req'>): TraceContext | undefined {
  const { traceparent, tracestate } = req.headers;
  if (traceparent === undefined) return undefined;
  return parseTraceContext(String(traceparent), tracestate?.toString());
}
