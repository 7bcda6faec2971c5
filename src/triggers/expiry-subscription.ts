import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Repeater } from '../runtime/repeater.ts';
import type { ExpiryFeed } from '../store/expiry-feed.ts';

/**
 * `on`: proven by a canary. `degraded`: no events; the due timer and the reconciler carry on alone.
 * `unproven`: not subscribed, or the canary is under way.
 */
export type EventMode = 'unproven' | 'on' | 'degraded';

export interface ExpirySubscriptionOptions {
  readonly feed: Pick<
    ExpiryFeed,
    'open' | 'close' | 'subscribe' | 'checkLink' | 'enableEvents' | 'proveEvents'
  >;
  readonly wake: (partition: number) => void;
  /** Called after every (re)subscription: what expired before it was not heard. */
  readonly sweep: () => void;
  /** Called when the mode has been found out; `reason` is why it is degraded, where that is known. */
  readonly onMode: (reason?: unknown) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two checks of the link, in ms. */
const CHECK_INTERVAL_MS = 2000;

/** Every so many checks the canary is sent again, for someone may have switched events off. */
const CHECKS_PER_CANARY = 15;

/** How long a canary's event may take, in ms. */
const CANARY_DEADLINE_MS = 1000;

/** Hears of the keys that expire on one master; keeps the subscription alive and knows whether it works. */
export class ExpirySubscription extends LongLivedPart {
  readonly name = 'expiry subscription';
  private readonly options: ExpirySubscriptionOptions;
  private readonly watchdog: Repeater;
  private mode: EventMode = 'unproven';
  /** Checks until the next canary; 0 when the next check sends one. */
  private checksLeft = 0;
  private linked = false;
  private subscribed = false;

  constructor(options: ExpirySubscriptionOptions) {
    super();
    this.options = options;
    this.watchdog = new Repeater({
      name: 'subscription watchdog',
      intervalMs: CHECK_INTERVAL_MS,
      jitter: 0,
      task: () => this.check(),
      clock: options.clock,
      log: options.log,
    });
  }

  /** Whether the master's expired-key events reach this process. */
  eventMode(): EventMode {
    return this.mode;
  }

  /** Has the events proven again now. */
  prove(): void {
    this.checksLeft = 0;
    this.watchdog.trigger();
  }

  protected async onStart(): Promise<void> {
    const { feed, wake } = this.options;
    feed.open({
      onExpired: wake,
      onReady: () => {
        this.linked = true;
        this.watchdog.trigger();
      },
      onLost: () => {
        this.linked = false;
        this.subscribed = false;
        this.mode = 'unproven';
      },
    });
    await this.watchdog.start();
  }

  protected async onStop(): Promise<void> {
    await this.watchdog.stop();
    this.options.feed.close();
  }

  private async check(): Promise<void> {
    if (!this.linked) return;
    if (!this.subscribed) await this.subscribe();
    else await this.options.feed.checkLink();
    if (this.checksLeft > 0) {
      this.checksLeft -= 1;
      return;
    }
    await this.sendCanary();
    this.checksLeft = CHECKS_PER_CANARY - 1;
  }

  /** What fell due before the subscription was not heard: it is swept up at once. */
  private async subscribe(): Promise<void> {
    try {
      await this.options.feed.subscribe();
    } catch (error) {
      // A link that broke says nothing about events.
      if (this.linked) this.note('degraded', error);
      throw error;
    }
    this.subscribed = true;
    this.checksLeft = 0;
    this.options.sweep();
  }

  private async sendCanary(): Promise<void> {
    const { feed, log } = this.options;
    try {
      await feed.enableEvents();
    } catch (error) {
      log.debug({ err: error }, 'Redis refuses CONFIG; expired-key events must be on already');
    }
    this.note((await feed.proveEvents(CANARY_DEADLINE_MS)) ? 'on' : 'degraded');
  }

  private note(mode: EventMode, reason?: unknown): void {
    this.mode = mode;
    this.options.onMode(reason);
  }
}
