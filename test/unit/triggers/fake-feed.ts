import type { ExpiryListener } from '../../../src/store/expiry-feed.ts';
import type { ExpirySubscriptionOptions } from '../../../src/triggers/expiry-subscription.ts';

/** A feed whose link, refusals and events a test decides on. */
export class FakeFeed {
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  /** Whether a canary's event arrives. */
  eventsFlow = true;
  /** What Redis refuses. */
  refuse: { config?: Error; ping?: Error; subscribe?: Error; canary?: Error } = {};
  private listener: ExpiryListener | undefined;

  /** What the subscription takes for its feed. */
  readonly feed: ExpirySubscriptionOptions['feed'] = {
    open: (listener) => {
      this.listener = listener;
      this.calls.push('open');
    },
    close: () => void this.calls.push('close'),
    subscribe: () => this.answer('subscribe', this.refuse.subscribe),
    checkLink: () => this.answer('ping', this.refuse.ping),
    enableEvents: () => this.answer('enable', this.refuse.config),
    proveEvents: async (deadlineMs) => {
      await this.answer(`canary ${deadlineMs}`, this.refuse.canary);
      return this.eventsFlow;
    },
  };

  /** The link comes up, at first or again. */
  linkUp(): void {
    this.listener?.onReady();
  }

  /** The link breaks. */
  linkDown(): void {
    this.listener?.onLost();
  }

  /** A key of a partition expires. */
  expire(partition: number): void {
    this.listener?.onExpired(partition);
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  private answer(call: string, error: Error | undefined): Promise<void> {
    this.calls.push(call);
    return error ? Promise.reject(error) : Promise.resolve();
  }
}
