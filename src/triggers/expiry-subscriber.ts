import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ExpiryFeeds } from '../store/expiry-feeds.ts';
import { type EventMode, ExpirySubscription } from './expiry-subscription.ts';

export type { EventMode };

export interface ExpirySubscriberOptions {
  readonly feeds: Pick<ExpiryFeeds, 'sources' | 'onChange'>;
  readonly wake: (partition: number) => void;
  /** Called after every (re)subscription, and every change of the masters: what expired then was not heard. */
  readonly sweep: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Hears that shadow keys have expired and wakes the dispatcher: subscribed at every master there is. */
export class ExpirySubscriber extends LongLivedPart {
  readonly name = 'expiry subscriber';
  private readonly options: ExpirySubscriberOptions;
  /** One for each master, by its name. */
  private readonly subscriptions = new Map<string, ExpirySubscription>();
  private readonly ending = new Set<Promise<void>>();
  /** What the log said last, so that a reconnect that changes nothing says nothing. */
  private logged: EventMode = 'unproven';
  private stopListening: () => void = () => undefined;

  constructor(options: ExpirySubscriberOptions) {
    super();
    this.options = options;
  }

  /** Whether expired-key events reach this process: `on` only when those of every master do. */
  eventMode(): EventMode {
    const modes = new Set([...this.subscriptions.values()].map((one) => one.eventMode()));
    if (modes.has('degraded')) return 'degraded';
    return modes.size === 0 || modes.has('unproven') ? 'unproven' : 'on';
  }

  protected async onStart(): Promise<void> {
    this.stopListening = this.options.feeds.onChange(() => this.onMastersChanged());
    await Promise.all(this.adapt());
  }

  protected async onStop(): Promise<void> {
    this.stopListening();
    for (const name of this.subscriptions.keys()) this.end(name);
    await Promise.all(this.ending);
  }

  private onMastersChanged(): void {
    // A partition may have moved to a master whose events were switched off since they were proven.
    for (const subscription of this.subscriptions.values()) subscription.prove();
    for (const starting of this.adapt()) this.track(starting);
    this.options.sweep();
  }

  /** Subscribes at masters that are new, and no longer at those that are none any more. */
  private adapt(): Promise<void>[] {
    const sources = this.options.feeds.sources();
    const names = new Set(sources.map(({ name }) => name));
    for (const name of this.subscriptions.keys()) if (!names.has(name)) this.end(name);
    return sources
      .filter(({ name }) => !this.subscriptions.has(name))
      .map(({ name, createFeed }) => {
        const { wake, sweep, clock, log } = this.options;
        const onMode = (reason?: unknown) => this.report(reason);
        const feed = createFeed();
        const subscription = new ExpirySubscription({ feed, wake, sweep, onMode, clock, log });
        this.subscriptions.set(name, subscription);
        return subscription.start();
      });
  }

  private end(name: string): void {
    const subscription = this.subscriptions.get(name);
    this.subscriptions.delete(name);
    if (subscription !== undefined) this.track(subscription.stop());
  }

  /** Keeps hold of a promise until it ends, so that `stop` can wait for it. */
  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.ending.delete(tracked));
    this.ending.add(tracked);
  }

  private report(reason?: unknown): void {
    const mode = this.eventMode();
    if (mode === 'unproven' || mode === this.logged) return;
    this.logged = mode;
    if (mode === 'on') this.options.log.info('expired-key events flow');
    else this.reportDegraded(reason);
  }

  private reportDegraded(reason: unknown): void {
    const deaf = [...this.subscriptions].filter(([, one]) => one.eventMode() === 'degraded');
    this.options.log.warn(
      { err: reason, deaf: deaf.map(([name]) => name) },
      'event mode is degraded: no expired-key events arrive; messages are still sent on time by the ' +
        'due timer. Set notify-keyspace-events to at least "Ex" in Redis',
    );
  }
}
