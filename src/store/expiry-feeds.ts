import type { Connections } from './connections/connections.ts';
import { ExpiryFeed, type ExpiryFeedOptions } from './expiry-feed.ts';

export interface ExpiryFeedsOptions extends Omit<ExpiryFeedOptions, 'commands'> {
  readonly connections: Connections;
}

/** A master whose events concern us. */
export interface FeedSource {
  /** Tells it from the others. */
  readonly name: string;
  /** Makes a feed of its events, to be opened once. */
  readonly createFeed: () => ExpiryFeed;
}

/** Events stay on the master whose keys expire: each has a feed of its own. */
export class ExpiryFeeds {
  private readonly options: ExpiryFeedsOptions;

  constructor(options: ExpiryFeedsOptions) {
    this.options = options;
  }

  /** The masters that hold keys of ours, as now known. */
  sources(): readonly FeedSource[] {
    const { connections, ...options } = this.options;
    const feedOptions = { ...options, commands: connections.commands };
    return connections
      .masters()
      .filter(({ partitions }) => partitions.length > 0)
      .map((master) => ({
        name: master.name,
        createFeed: () => new ExpiryFeed(master, feedOptions),
      }));
  }

  /**
   * Calls a listener after every change of the masters, or of what they hold.
   * @returns a function that ends that
   */
  onChange(listener: () => void): () => void {
    return this.options.connections.onChange(listener);
  }
}
