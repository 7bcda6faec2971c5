import type { Middleware } from 'koa';
import type { Clock } from '../runtime/clock.ts';

/** Counts requests. */
export interface RequestMeter {
  answered(request: {
    readonly method: string;
    /** The pattern it was routed by; `undefined` when no route took it. */
    readonly route: string | undefined;
    readonly statusCode: number;
    /** Until the answer was ready, in ms. */
    readonly duration: number;
  }): void;
}

/** Goes around what answers: each request is counted by its route, never by its path. */
export function measureRequests(meter: RequestMeter, clock: Clock): Middleware {
  return async (ctx, next) => {
    const startedAt = clock.now();
    await next();
    meter.answered({
      method: ctx.method,
      route: ctx._matchedRoute as string | undefined,
      statusCode: ctx.status,
      duration: clock.now() - startedAt,
    });
  };
}
