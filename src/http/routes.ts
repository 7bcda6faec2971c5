import { Router, type RouterMiddleware } from '@koa/router';
import type { Middleware } from 'koa';
import { jsonBody } from './body.ts';
import type { MessageHandlers } from './handlers/messages.ts';
import { ProblemError } from './problems.ts';

export interface RoutesOptions {
  readonly health: RouterMiddleware;
  readonly messages: MessageHandlers;
  readonly bodyLimitBytes: number;
}

/** Paths that need no token. */
export const OPEN_PATHS: ReadonlySet<string> = new Set(['/health']);

/** Every route of the API, in one place. */
export function createRouter({ health, messages, bodyLimitBytes }: RoutesOptions): Router {
  const router = new Router();
  router.get('/health', health);
  router.post('/messages', jsonBody(bodyLimitBytes), messages.create);
  router.get('/messages', messages.list);
  router.delete('/messages/:id', messages.cancel);
  return router;
}

/** What no route took: 405 where another method would do, 404 elsewhere. */
export function refuseUnrouted(router: Router): Middleware {
  return (ctx) => {
    const methods = router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods);
    if (methods.length === 0) throw new ProblemError('route-not-found', ctx.path);
    const allow = [...new Set(methods)].join(', ');
    throw new ProblemError('method-not-allowed', ctx.method, { headers: { allow } });
  };
}

/** Until the service has made sure of Redis, every route that needs it says that it is away. */
export function refuseWhileClosed(isOpen: () => boolean): Middleware {
  return (ctx, next) => {
    if (!isOpen() && !OPEN_PATHS.has(ctx.path)) throw new ProblemError('store-unavailable');
    return next();
  };
}
