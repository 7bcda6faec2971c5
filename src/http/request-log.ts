import type { Middleware } from 'koa';
import { traceIdOf } from '../domain/trace-context.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { callerOf } from './auth.ts';
import { readTraceContext } from './parameters.ts';
import { REQUEST_ID_HEADER, takeRequestId } from './request-id.ts';

export interface RequestLogOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a path is asked for all the time, by what watches the process: not worth a line. */
  readonly isProbe: (path: string) => boolean;
}

/** Most of a path that a line repeats, in characters. */
const PATH_LENGTH = 300;

/**
 * Goes around everything else: gives each request its id, and the log a line for it. Never a query, a header
 * or a body, which may hold what is nobody's business.
 */
export function requestLog({ clock, log, isProbe }: RequestLogOptions): Middleware {
  return async (ctx, next) => {
    const requestId = takeRequestId(ctx.req.headers[REQUEST_ID_HEADER]);
    ctx.state.requestId = requestId;
    ctx.set(REQUEST_ID_HEADER, requestId);
    const startedAt = clock.now();
    await next();
    const { method, path, status: statusCode, state } = ctx;
    const trace = readTraceContext(ctx);
    const line = {
      requestId,
      traceId: trace && traceIdOf(trace),
      method,
      /** The pattern it was routed by. */
      route: ctx._matchedRoute as string | undefined,
      path: path.slice(0, PATH_LENGTH),
      /** The name of its token. */
      caller: callerOf(ctx)?.name,
      /** Of the message it is about. */
      id: (state.messageId ?? ctx.params?.id) as string | undefined,
      statusCode,
      /** Of the problem it was answered with. */
      code: state.problemCode as string | undefined,
      /** Until the answer was ready, in ms to a tenth. */
      duration: Math.round((clock.now() - startedAt) * 10) / 10,
    };
    log[isProbe(path) ? 'debug' : 'info'](line, 'request');
  };
}
