import type { Redis } from 'ioredis';
import { type Clock, pause } from '../runtime/clock.ts';
import { closeConnection, connectInBackground } from './connections/connection.ts';
import type { Commands, Master } from './connections/connections.ts';
import { answered } from './errors.ts';
import type { Keys } from './keys.ts';

/** What the feed tells its listener. All are called from the connection's events: do no work there. */
export interface ExpiryListener {
  /** A shadow key of this partition has expired. */
  onExpired(partition: number): void;
  /** The link is up, at first or again, and waits to be subscribed. */
  onReady(): void;
  /** The link is gone, and the subscription with it: by a loss or by `close`. */
  onLost(): void;
}

export interface ExpiryFeedOptions {
  readonly commands: Commands;
  readonly keys: Keys;
  readonly db: number;
  readonly replica: string;
  readonly clock: Clock;
}

/** `E`: key events; `x`: expiries. */
const NEEDED_FLAGS = ['E', 'x'] as const;

/** How long after its 1 ms TTL the canary is touched, in ms: past its time whatever the rounding. */
const CANARY_TOUCH_DELAY_MS = 5;

/** The expired-key events of one master, as far as they concern us. */
export class ExpiryFeed {
  private readonly master: Master;
  private readonly options: ExpiryFeedOptions;
  /** The connection that subscribes. */
  private readonly events: Redis;
  private canaryKey = '';
  private canaryHeard: () => void = () => undefined;
  private stopListening: () => void = () => undefined;

  constructor(master: Master, options: ExpiryFeedOptions) {
    this.master = master;
    this.options = options;
    this.events = master.createConnection('events');
  }

  /** Connects, and does so again after every loss, until `close`. */
  open(listener: ExpiryListener): void {
    const { events } = this;
    const hear = (_channel: string, key: string) => this.hear(key, listener);
    events.on('ready', listener.onReady);
    events.on('message', hear);
    events.on('close', listener.onLost);
    this.stopListening = () => {
      events.off('ready', listener.onReady).off('message', hear).off('close', listener.onLost);
      listener.onLost();
    };
    connectInBackground(events);
  }

  /**
   * Subscribes; what expired before it resolves was not announced.
   * @throws when the link breaks or Redis forbids it
   */
  async subscribe(): Promise<void> {
    await answered(this.events.subscribe(`__keyevent@${this.options.db}__:expired`));
  }

  close(): void {
    this.stopListening();
    closeConnection(this.events);
  }

  /** Asks the subscribed link for an answer; a link that gives none is cut and opened anew. */
  async checkLink(): Promise<void> {
    await answered(this.events.ping());
  }

  /**
   * Switches expired-key events on in the master, keeping the flags that are there.
   * @throws when Redis refuses `CONFIG`, as managed ones may
   */
  async enableEvents(): Promise<void> {
    const server = this.master.server();
    const [, flags = ''] = (await answered(
      server.config('GET', 'notify-keyspace-events'),
    )) as string[];
    // `A` stands for every kind of event, expiries among them.
    const missing = NEEDED_FLAGS.filter(
      (flag) => !flags.includes(flag) && !(flag === 'x' && flags.includes('A')),
    );
    if (missing.length === 0) return;
    await answered(server.config('SET', 'notify-keyspace-events', flags + missing.join('')));
  }

  /**
   * Lets a key expire and waits for the event: the only proof that events flow.
   * @returns whether the event came within `deadlineMs`
   */
  async proveEvents(deadlineMs: number): Promise<boolean> {
    const { commands, keys, replica, clock } = this.options;
    const [partition] = this.master.partitions;
    // A master without any of our keys has nothing to announce.
    if (partition === undefined) return true;
    const heard = new AbortController();
    this.canaryHeard = () => heard.abort();
    this.canaryKey = keys.canary(partition, replica);
    await answered(commands.set(this.canaryKey, '', 'PX', 1));
    await pause(clock, CANARY_TOUCH_DELAY_MS);
    await answered(commands.touch(this.canaryKey));
    await pause(clock, deadlineMs, heard.signal);
    return heard.signal.aborted;
  }

  private hear(key: string, listener: ExpiryListener): void {
    const partition = this.options.keys.partitionOfShadow(key);
    if (partition !== undefined) listener.onExpired(partition);
    else if (key === this.canaryKey) this.canaryHeard();
  }
}
