import { Router, type RouterMiddleware } from '@koa/router';
import type { Middleware } from 'koa';
import { type Access, requireScope } from './auth.ts';
import { jsonBody, refuseBody } from './body.ts';
import type { BulkHandlers } from './handlers/bulk.ts';
import type { MessageHandlers } from './handlers/messages.ts';
import type { DescriptionHandlers } from './handlers/openapi.ts';
import { ProblemError } from './problems.ts';
import { checkNoQuery } from './query.ts';

/** What only looks. */
export interface ReadHandlers {
  readonly listing: RouterMiddleware;
  readonly message: RouterMiddleware;
  readonly deliveries: RouterMiddleware;
  readonly stats: RouterMiddleware;
}

/** What says how the process is. */
export interface ProbeHandlers {
  readonly health: RouterMiddleware;
  readonly livez: RouterMiddleware;
  readonly readyz: RouterMiddleware;
}

export interface RoutesOptions {
  readonly probes: ProbeHandlers;
  readonly messages: MessageHandlers;
  readonly batch: RouterMiddleware;
  readonly bulk: BulkHandlers;
  readonly reads: ReadHandlers;
  readonly metrics: RouterMiddleware;
  readonly description: DescriptionHandlers;
  readonly webhookKeys: RouterMiddleware;
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
}

/** Paths that say how the process is. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/livez', '/readyz']);

/** Says how the process is, too, but only to those with a token. */
const METRICS = '/metrics';

/** Paths that need no token. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  ...PROBES,
  '/openapi.json',
  '/docs',
  '/.well-known/jwks.json',
]);

/** Whether a path needs no token. */
export function isOpenPath(path: string): boolean {
  return OPEN_PATHS.has(withoutSlash(path));
}

const withoutSlash = (path: string) => path.replace(/(?<=.)\/$/, '');

/** Goes before what takes no query: a parameter that would be ignored is refused instead. */
const noQuery: Middleware = ({ querystring }, next) => {
  checkNoQuery(querystring);
  return next();
};

/** Every route of the API, in one place, and who may use it. Those that take a query check it themselves. */
export function createRouter(options: RoutesOptions): Router {
  const { probes, messages, batch, bulk, reads, metrics, description } = options;
  const body = jsonBody(options.bodyLimitBytes);
  const router = new Router({ sensitive: true });
  const route = adder(router);
  route('open', 'get', '/health', probes.health);
  route('open', 'get', '/livez', probes.livez);
  route('open', 'get', '/readyz', probes.readyz);
  route('write', 'post', '/messages', body, messages.create);
  route('read', 'get', '/messages', reads.listing);
  route('write', 'post', '/messages/batch', jsonBody(options.batchLimitBytes), batch);
  route('admin', 'delete', '/messages', refuseBody, bulk.remove);
  route('admin', 'post', '/messages/replay', refuseBody, bulk.replay);
  route('read', 'get', '/messages/:id', noQuery, reads.message);
  route('write', 'patch', '/messages/:id', body, messages.change);
  route('write', 'delete', '/messages/:id', messages.cancel);
  route('write', 'post', '/messages/:id/fire', messages.fire);
  route('write', 'post', '/messages/:id/replay', messages.replay);
  route('read', 'get', '/deliveries', reads.deliveries);
  route('read', 'get', '/stats', noQuery, reads.stats);
  route('read', 'get', '/metrics', noQuery, metrics);
  route('open', 'get', '/openapi.json', description.document);
  route('open', 'get', '/docs', description.page);
  route('open', 'get', '/.well-known/jwks.json', options.webhookKeys);
  return router;
}

/** Adds routes to a router, each behind what it asks of a token. */
function adder(router: Router) {
  return (
    access: Access,
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    ...handlers: RouterMiddleware[]
  ): void => {
    const guards = access === 'open' ? [] : [requireScope(access)];
    router[method](path, ...guards, ...handlers);
  };
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

/** Whether a path says how the process is; with a slash at its end, too. */
export function isProbe(path: string): boolean {
  return PROBES.has(withoutSlash(path)) || withoutSlash(path) === METRICS;
}

/** In a process that only delivers nothing is found but what says how it is. */
export const refuseRequests: Middleware = (ctx, next) => {
  if (!isProbe(ctx.path)) throw new ProblemError('route-not-found', `${ctx.path} (ROLE=worker)`);
  return next();
};

/** Until the service has made sure of Redis, every route that needs it says that it is away. */
export function refuseWhileClosed(isOpen: () => boolean): Middleware {
  return (ctx, next) => {
    const waits = !isOpenPath(ctx.path) && !isProbe(ctx.path);
    if (waits && !isOpen()) throw new ProblemError('store-unavailable');
    return next();
  };
}
