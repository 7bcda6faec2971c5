import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from '@koa/router';
import Koa from 'koa';
import type { ApiToken } from '../runtime/api-token.ts';
import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Listing } from '../store/listing.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { Queries } from '../store/queries.ts';
import type { Stats } from '../store/stats.ts';
import type { RateLimit } from './allowance.ts';
import { bearerAuth } from './auth.ts';
import { type DurabilityOptions, durabilityChooser } from './durability.ts';
import { GracefulClose } from './graceful-close.ts';
import { batchHandler } from './handlers/batch.ts';
import { bulkHandlers } from './handlers/bulk.ts';
import { deliveriesHandler } from './handlers/deliveries.ts';
import { type AlarmSource, healthHandler } from './handlers/health.ts';
import { listingHandler } from './handlers/listing.ts';
import { messageHandler } from './handlers/message.ts';
import { messageHandlers } from './handlers/messages.ts';
import { metricsHandler } from './handlers/metrics.ts';
import { descriptionHandlers } from './handlers/openapi.ts';
import { livezHandler, type ReadinessSources, readyzHandler } from './handlers/probes.ts';
import { type EventSource, type ReceiverSource, statsHandler } from './handlers/stats.ts';
import { webhookKeysHandler } from './handlers/webhook-keys.ts';
import { type Locale, localeOf } from './locale/locale.ts';
import { answerMalformed, requireHost } from './malformed.ts';
import { problemAnswers } from './problems.ts';
import { RateLimiter } from './rate-limit.ts';
import { requestIdOf } from './request-id.ts';
import { requestLog } from './request-log.ts';
import { measureRequests, type RequestMeter } from './request-meter.ts';
import {
  createRouter,
  isOpenPath,
  isProbe,
  type ReadHandlers,
  refuseRequests,
  refuseUnrouted,
  refuseWhileClosed,
} from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import { limitSilence, timeLimits } from './time-limits.ts';
import { createBodyChecks, type KnownDestinations } from './validation.ts';

/** What the API asks of Redis without changing it. */
export interface ReadStore {
  readonly queries: Pick<Queries, 'ping' | 'now' | 'message'>;
  readonly listing: Pick<Listing, 'page'>;
  readonly deliveries: Pick<Deliveries, 'page'>;
  readonly stats: Pick<Stats, 'read'>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Those that callers may send. */
  readonly tokens: readonly ApiToken[];
  readonly locale: 'pt-BR' | 'en';
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
  /** A request must be in whole within this, in ms. */
  readonly requestTimeoutMs: number;
  /** What each token may ask for; `undefined`: anything. */
  readonly rateLimit: RateLimit | undefined;
  /** The longest timeout a message may ask for, in ms. */
  readonly maxTimeoutMs: number;
  readonly destinations: KnownDestinations;
  /** Public keys that webhooks can be verified with, as JWKs. */
  readonly webhookKeys: readonly object[];
  readonly durability: DurabilityOptions;
  readonly store: MessageStore;
  readonly reads: ReadStore;
  readonly events: EventSource;
  readonly receivers: ReceiverSource;
  readonly readiness: ReadinessSources;
  readonly alarms: AlarmSource;
  /** Everything that is measured, as Prometheus takes it. */
  readonly scrape: () => Promise<string>;
  readonly meter: RequestMeter;
  /** Whether requests may reach Redis: not before its data is known to fit. */
  readonly isOpen: () => boolean;
  /** Whether to serve the API, or only what says how the process is. */
  readonly takesRequests: boolean;
  /** On a stop, requests in progress may go on for this long, in ms. */
  readonly stopTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The API. */
export class HttpServer extends LongLivedPart {
  readonly name = 'http server';
  private readonly options: HttpServerOptions;
  private readonly server: Server;
  private readonly gracefulClose: GracefulClose;

  constructor(options: HttpServerOptions) {
    super();
    this.options = options;
    const locale = localeOf(options.locale);
    const handler = createKoa(options, locale).callback();
    // Without a host a request is refused, but by us and with a body.
    const limits = { ...timeLimits(options.requestTimeoutMs), requireHostHeader: false };
    this.server = createServer(limits, handler);
    limitSilence(this.server, options.requestTimeoutMs);
    // An expectation nobody knows is ignored (RFC 9110, 10.1.1).
    this.server.on('checkExpectation', (...both) => this.server.emit('request', ...both));
    answerMalformed(this.server, locale, options.log);
    this.gracefulClose = new GracefulClose(this.server);
  }

  /** Where the API can be reached from this machine. */
  url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    const anywhere = address === '0.0.0.0' || address === '::';
    const host = anywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
    return `http://${host}:${port}`;
  }

  protected async onStart(): Promise<void> {
    const { host, port } = this.options;
    this.server.listen(port, host);
    try {
      await once(this.server, 'listening');
    } catch (error) {
      throw new Error(
        `cannot listen on ${host}:${port}, ${describeListenError(error)}; change API_HOST or API_PORT`,
        { cause: error },
      );
    }
  }

  /** Takes no new connections, lets requests in progress finish, and cuts those that take too long. */
  protected async onStop(): Promise<void> {
    const { clock, stopTimeoutMs } = this.options;
    await this.gracefulClose.close(clock, stopTimeoutMs);
  }
}

function describeListenError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'another process listens there already';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  if (code === 'EACCES') return 'this user may not listen there';
  return message;
}

function createKoa(options: HttpServerOptions, locale: Locale): Koa {
  const { tokens, rateLimit, isOpen, clock, log } = options;
  const limiter = rateLimit === undefined ? undefined : new RateLimiter(rateLimit, clock);
  const router = createRoutes(options, locale, limiter);
  const koa = new Koa();
  koa.on('error', (error, ctx: Koa.Context) =>
    log.warn({ err: error, requestId: requestIdOf(ctx) }, 'connection failed while answering'),
  );
  koa.use(securityHeaders);
  koa.use(measureRequests(options.meter, clock));
  koa.use(requestLog({ clock, log, isProbe }));
  koa.use(problemAnswers(locale, log));
  if (!options.takesRequests) koa.use(refuseRequests);
  koa.use(requireHost);
  koa.use(bearerAuth(tokens, isOpenPath));
  if (limiter !== undefined) koa.use(limiter.admit);
  koa.use(refuseWhileClosed(isOpen));
  koa.use(router.routes());
  koa.use(refuseUnrouted(router));
  return koa;
}

function createRoutes(options: HttpServerOptions, locale: Locale, limiter?: RateLimiter): Router {
  const { store, reads, bodyLimitBytes, batchLimitBytes, isOpen, clock, log } = options;
  const { queries } = reads;
  const checks = createBodyChecks(options.maxTimeoutMs, options.destinations);
  const chooseDurability = durabilityChooser(options.durability);
  const charge = (ctx: Koa.Context, count: number) => limiter?.charge(ctx, count);
  return createRouter({
    probes: {
      health: healthHandler({ queries, isOpen, alarms: options.alarms }, locale),
      livez: livezHandler(locale),
      readyz: readyzHandler(options.readiness, locale),
    },
    messages: messageHandlers({ store, queries, checks, chooseDurability, locale }),
    batch: batchHandler({
      ...{ store, queries, checks, chooseDurability, charge, clock, locale, log },
      messageLimitBytes: bodyLimitBytes,
    }),
    bulk: bulkHandlers({ store, listing: reads.listing, chooseDurability, locale }),
    reads: readHandlers(options, locale),
    metrics: metricsHandler(options.scrape),
    description: descriptionHandlers(options),
    webhookKeys: webhookKeysHandler(options.webhookKeys),
    bodyLimitBytes,
    batchLimitBytes,
  });
}

function readHandlers(
  { reads, events, receivers, alarms }: HttpServerOptions,
  locale: Locale,
): ReadHandlers {
  return {
    listing: listingHandler(reads.listing),
    message: messageHandler(reads.queries, locale),
    deliveries: deliveriesHandler(reads.deliveries),
    stats: statsHandler(reads.stats, events, receivers, alarms),
  };
}
