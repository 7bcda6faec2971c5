import type { Config } from './config/config.ts';
import type { WebhookConfig } from './config/webhook.ts';
import { systemResolve } from './delivery/name-lookups.ts';
import { Signer } from './delivery/signer.ts';
import { WebhookClient } from './delivery/webhook-client.ts';
import { createAttempt } from './dispatch/attempt.ts';
import { Breakers } from './dispatch/breakers.ts';
import { Bulkheads } from './dispatch/bulkheads.ts';
import { MAX_CLAIMS } from './dispatch/claim-turns.ts';
import { createClaimer } from './dispatch/claiming.ts';
import { createDeferral } from './dispatch/deferring.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Receivers } from './dispatch/receivers.ts';
import { createSettler } from './dispatch/settling.ts';
import { Destinations } from './domain/destinations.ts';
import { HttpServer } from './http/server.ts';
import { systemClock as clock } from './runtime/clock.ts';
import { Intake } from './runtime/intake.ts';
import type { Part } from './runtime/lifecycle.ts';
import type { Logger } from './runtime/logger.ts';
import type { DeliveryMetrics } from './runtime/metrics/delivery-metrics.ts';
import type { DeliveryState } from './runtime/metrics/state-metrics.ts';
import { type Measurements, Metrics } from './runtime/metrics.ts';
import { PartGroup } from './runtime/part-group.ts';
import { sharedFor } from './runtime/shared.ts';
import { within } from './runtime/within.ts';
import { ALARMS, Alarms } from './store/alarms.ts';
import type { ScriptMeter } from './store/scripts.ts';
import type { StatsSnapshot } from './store/stats.ts';
import { Store } from './store/store.ts';
import { DueTimer } from './triggers/due-timer.ts';
import { ExpirySubscriber } from './triggers/expiry-subscriber.ts';
import { Reconciler } from './triggers/reconciler.ts';

/** The service, whole. */
export interface App extends Part {
  /** Where the API can be reached from this machine, once started. */
  url(): string;
}

/** The service in this process. */
export interface MeasuredApp extends App {
  /** Everything this process has measured. */
  measure(): Promise<Measurements>;
}

/**
 * The composition root: builds the parts and joins them. Nothing is opened before `start`.
 * @param replica a name for this process that no other replica has
 * @param scrapeAll what all processes that share the API's port have measured, as text; this one's unless
 * given
 */
export function createApp(
  config: Config,
  replica: string,
  log: Logger,
  scrapeAll?: () => Promise<string>,
): MeasuredApp {
  const metrics = new Metrics(clock);
  const store = createStore(config, replica, metrics.scripts, log);
  const destinations = new Destinations(config.webhook.destinations);
  const signer = new Signer(config.webhook.signing);
  const client = createClient(config.webhook, destinations, signer);
  const delivery = createDelivery(config, client, store, metrics.delivery, log);
  const alarms = new Alarms({
    readVitals: () => store.readVitals(),
    isDegraded: () => delivery.events.eventMode() === 'degraded',
    intervalMs: config.reconcileIntervalMs,
    clock,
    log,
  });
  const intake = new Intake({ drainDelayMs: config.drainDelayMs, clock });
  const delivers = config.role !== 'api';
  metrics.watch({
    stored: lookAtStored(store, log),
    alarms: () => ALARMS.map((alarm) => [alarm, alarms.isRaised(alarm)] as const),
    ...(delivers ? { delivery: delivery.state } : {}),
  });
  const http = new HttpServer({
    ...config.api,
    maxTimeoutMs: config.webhook.timeoutMs,
    destinations,
    webhookKeys: signer.publicKeys(),
    durability: {
      standard: config.durability,
      check: (asked) => store.waits.check(asked),
    },
    store: store.messages,
    reads: store,
    events: delivery.events,
    receivers: delivery.receivers,
    readiness: {
      store: () => store.readiness.look(),
      ...(delivers ? { eventMode: () => delivery.events.eventMode() } : {}),
      intake: () => intake.state(),
    },
    alarms,
    scrape: scrapeAll ?? (() => metrics.text()),
    meter: metrics.requests,
    isOpen: () => store.fitness.isFit(),
    takesRequests: config.role !== 'worker',
    stopTimeoutMs: config.drainTimeoutMs,
    clock,
    log,
  });
  const work = delivers ? delivery.parts : [];
  const group = new PartGroup('service', [store, http, store.fitness, alarms, ...work, intake]);
  return {
    name: group.name,
    url: () => http.url(),
    start: () => group.start(),
    stop: () => group.stop(),
    measure: () => metrics.measure(),
  };
}

function createStore(config: Config, replica: string, meter: ScriptMeter, log: Logger): Store {
  const { redis, keyPrefix, partitions, payloadKeys, deliveryLogLength, durability } = config;
  const place = { redis, keyPrefix, partitions, replica };
  const options = { payloadKeys, deliveryLogLength, durability, meter };
  return new Store({ ...place, ...options, clock, log });
}

function createClient(
  { timeoutMs, connectTimeoutMs, concurrency, proxy }: WebhookConfig,
  destinations: Destinations,
  signer: Signer,
): WebhookClient {
  const resolve = systemResolve;
  const connections = { destinations, resolve, connectTimeoutMs, kept: concurrency, proxy };
  return new WebhookClient({ timeoutMs, connections, signer });
}

/** A scrape waits for Redis no longer than this, in ms; and within it scrapes share what Redis told. */
const SCRAPE_MS = 1000;

/** What a scrape tells of Redis; `undefined` when that does not answer soon. */
function lookAtStored({ stats }: Store, log: Logger): () => Promise<StatsSnapshot | undefined> {
  return sharedFor(SCRAPE_MS, clock, () =>
    within(SCRAPE_MS, clock, stats.read([])).catch((error: unknown) => {
      log.debug({ err: error }, 'Redis did not tell what it holds');
      return undefined;
    }),
  );
}

function createReceivers({ webhook, partitions }: Config, log: Logger): Receivers {
  const breakers = new Breakers({ ...webhook.breaker, clock, log });
  const claimsAtOnce = Math.min(MAX_CLAIMS, partitions);
  const places = { placesEach: webhook.hostConcurrency, claimsAtOnce, breakers };
  return new Receivers(new Bulkheads(places), breakers);
}

function createDispatcher(
  config: Config,
  client: WebhookClient,
  { leases, keys }: Store,
  receivers: Receivers,
  meter: DeliveryMetrics,
  log: Logger,
): Dispatcher {
  const { timeoutMs, leaseMs, concurrency, retry } = config.webhook;
  const settle = createSettler({ settle: (...what) => leases.settle(...what), clock });
  return new Dispatcher({
    claim: createClaimer({
      claim: (request) => leases.claim(request),
      newToken: () => leases.newToken(),
      leaseMs,
      meter,
      clock,
      log,
    }),
    attempt: createAttempt({
      deliver: (message, signal) => client.deliver(message, signal),
      settle,
      policy: retry,
      timeoutMs,
      random: Math.random,
      meter,
      clock,
      log,
    }),
    defer: createDeferral({ settle, log }),
    drained: () => client.close(),
    receivers,
    partitions: keys.allPartitions(),
    concurrency,
    drainTimeoutMs: config.drainTimeoutMs,
    clock,
    log,
  });
}

/**
 * What delivers: the dispatcher and what wakes it, in the order in which they start. The reconciler comes
 * first, to count what is overdue before anyone claims it. Stopping in reverse, the dispatcher is the first to
 * claim nothing more, and the due timer can still announce to other replicas what is given back.
 */
function createDelivery(
  config: Config,
  client: WebhookClient,
  store: Store,
  meter: DeliveryMetrics,
  log: Logger,
) {
  const receivers = createReceivers(config, log);
  const dispatcher = createDispatcher(config, client, store, receivers, meter, log);
  const { hints, upkeep, expiryFeeds: feeds } = store;
  const wake = (partition: number) => dispatcher.wake(partition);
  const reconciler = new Reconciler({
    upkeep,
    dispatcher,
    intervalMs: config.reconcileIntervalMs,
    failedRetentionMs: config.failedRetentionMs,
    clock,
    log,
  });
  const dueTimer = new DueTimer({
    hints,
    peek: () => upkeep.peek(0),
    announce: (partition) => upkeep.announce(partition),
    wake,
    clock,
    log,
  });
  const sweep = () => reconciler.sweepNow();
  const onExpired = (partition: number) => {
    meter.eventReceived();
    wake(partition);
  };
  const subscriber = new ExpirySubscriber({ feeds, wake: onExpired, sweep, clock, log });
  const parts: Part[] = [reconciler, dueTimer, subscriber, dispatcher];
  const events = {
    eventMode: () => subscriber.eventMode(),
    missedCount: () => reconciler.missedCount(),
  };
  const state: DeliveryState = {
    inFlight: () => dispatcher.inFlightCount(),
    concurrency: config.webhook.concurrency,
    eventMode: events.eventMode,
    missed: events.missedCount,
    deferred: () => receivers.deferredCount(),
    breakers: () => receivers.breakerCounts(),
  };
  return { parts, events, receivers, state };
}
