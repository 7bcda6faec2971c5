import type { Config } from './config.ts';
import type { WebhookConfig } from './config-webhook.ts';
import { systemResolve } from './delivery/name-lookups.ts';
import { Signer } from './delivery/signer.ts';
import { WebhookClient } from './delivery/webhook-client.ts';
import { createAttempt } from './dispatch/attempt.ts';
import { createClaimer } from './dispatch/claiming.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Destinations } from './domain/destinations.ts';
import { HttpServer } from './http/server.ts';
import { systemClock as clock } from './runtime/clock.ts';
import { Intake } from './runtime/intake.ts';
import type { Part } from './runtime/lifecycle.ts';
import type { Logger } from './runtime/logger.ts';
import { PartGroup } from './runtime/part-group.ts';
import { Store } from './store/store.ts';
import { newToken } from './store/token.ts';
import { DueTimer } from './triggers/due-timer.ts';
import { ExpirySubscriber } from './triggers/expiry-subscriber.ts';
import { Reconciler } from './triggers/reconciler.ts';

/** The service, whole. */
export interface App extends Part {
  /** Where the API can be reached from this machine, once started. */
  url(): string;
}

/**
 * The composition root: builds the parts and joins them. Nothing is opened before `start`.
 * @param replica a name for this process that no other replica has
 */
export function createApp(config: Config, replica: string, log: Logger): App {
  const { redis, keyPrefix, partitions, deliveryLogLength } = config;
  const store = new Store({ redis, keyPrefix, partitions, deliveryLogLength, replica, clock, log });
  const delivers = config.role !== 'api';
  const destinations = new Destinations(config.webhook.destinations);
  const signer = new Signer(config.webhook.signing);
  const client = createClient(config.webhook, destinations, signer);
  const { parts: delivery, events } = createDelivery(config, client, store, log);
  const intake = new Intake({ drainDelayMs: config.drainDelayMs, clock });
  const http = new HttpServer({
    ...config.api,
    maxTimeoutMs: config.webhook.timeoutMs,
    destinations,
    webhookKeys: signer.publicKeys(),
    store: store.messages,
    reads: store,
    events,
    readiness: {
      store: () => store.readiness.look(),
      ...(delivers ? { eventMode: () => events.eventMode() } : {}),
      intake: () => intake.state(),
    },
    isOpen: () => store.fitness.isFit(),
    takesRequests: config.role !== 'worker',
    stopTimeoutMs: config.drainTimeoutMs,
    clock,
    log,
  });
  const parts = [store, http, store.fitness, ...(delivers ? delivery : []), intake];
  const group = new PartGroup('service', parts);
  return {
    name: group.name,
    url: () => http.url(),
    start: () => group.start(),
    stop: () => group.stop(),
  };
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

function createDispatcher(
  config: Config,
  client: WebhookClient,
  { leases, keys }: Store,
  log: Logger,
): Dispatcher {
  const { timeoutMs, leaseMs, concurrency, retry } = config.webhook;
  return new Dispatcher({
    claim: createClaimer({ claim: (r) => leases.claim(r), newToken, leaseMs, clock, log }),
    attempt: createAttempt({
      deliver: (message, signal) => client.deliver(message, signal),
      settle: (message, settlement, record) => leases.settle(message, settlement, record),
      policy: retry,
      timeoutMs,
      random: Math.random,
      clock,
      log,
    }),
    drained: () => client.close(),
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
function createDelivery(config: Config, client: WebhookClient, store: Store, log: Logger) {
  const dispatcher = createDispatcher(config, client, store, log);
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
  const subscriber = new ExpirySubscriber({ feeds, wake, sweep, clock, log });
  const parts: Part[] = [reconciler, dueTimer, subscriber, dispatcher];
  const events = {
    eventMode: () => subscriber.eventMode(),
    missedCount: () => reconciler.missedCount(),
  };
  return { parts, events };
}
