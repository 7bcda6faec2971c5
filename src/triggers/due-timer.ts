import { type Clock, pause, type Timer } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Repeater } from '../runtime/repeater.ts';
import type { DueHint, DueHints } from '../store/due-hints.ts';

export interface DueTimerOptions {
  readonly hints: DueHints;
  /** Looks at every due index and announces what it finds as hints. */
  readonly peek: () => Promise<unknown>;
  /** Has Redis publish that a partition's first message is due, when it is still there. */
  readonly announce: (partition: number) => Promise<void>;
  readonly wake: (partition: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The due indexes are looked at this often: the longest a due time set elsewhere can stay unknown. */
const PEEK_INTERVAL_MS = 1000;

/** What is due later than this, the next peek will find; each lasts as long as a silent master lets it. */
const HORIZON_MS = 5 * PEEK_INTERVAL_MS;

/** Redis holds a key expired from one millisecond past its time. */
const EXPIRED_AFTER_MS = 1;

/** What is due and unclaimed for this long waits for someone with room, in ms. */
const LEFT_OVER_AFTER_MS = 2 * EXPIRED_AFTER_MS;

/** Due within this counts as due now, in ms. */
const IMMINENT_MS = 2 * EXPIRED_AFTER_MS;

interface Alarm {
  readonly at: number;
  readonly timer: Timer;
}

/**
 * Makes Redis punctual. Redis deletes an expired key, and says so, only when it comes across it, which
 * can take minutes. The timer sleeps until the earliest due time it knows of and wakes its own dispatcher
 * on the instant. What that has not claimed a moment later, for want of room, it has Redis publish to
 * every replica.
 */
export class DueTimer extends LongLivedPart {
  readonly name = 'due timer';
  private readonly options: DueTimerOptions;
  private readonly peeks: Repeater;
  /** The earliest known due time of each partition, on the local clock. */
  private readonly alarms = new Map<number, Alarm>();
  /** Partitions whose announcement waits for its moment. */
  private readonly leftovers = new Map<number, Timer>();
  private readonly announcing = new Set<Promise<void>>();
  private stopListening: () => void = () => undefined;

  constructor(options: DueTimerOptions) {
    super();
    this.options = options;
    this.peeks = new Repeater({
      name: 'peek at the due indexes',
      intervalMs: PEEK_INTERVAL_MS,
      jitter: 0,
      task: async () => void (await options.peek()),
      clock: options.clock,
      log: options.log,
    });
  }

  protected async onStart(): Promise<void> {
    this.stopListening = this.options.hints.listen((hint) => this.note(hint));
    await this.peeks.start();
  }

  /** Announces what is due this very moment, such as what the dispatcher has just given back. */
  protected async onStop(): Promise<void> {
    await this.peeks.stop();
    this.stopListening();
    const imminent = this.cancelAll();
    if (imminent.size > 0) await pause(this.options.clock, IMMINENT_MS);
    for (const partition of imminent) this.announce(partition);
    await Promise.all(this.announcing);
  }

  /** @returns the partitions that have something to announce now */
  private cancelAll(): ReadonlySet<number> {
    const soon = this.options.clock.now() + IMMINENT_MS;
    const imminent = new Set(this.leftovers.keys());
    for (const [partition, { at }] of this.alarms) if (at <= soon) imminent.add(partition);
    for (const { timer } of this.alarms.values()) timer.cancel();
    for (const timer of this.leftovers.values()) timer.cancel();
    this.alarms.clear();
    this.leftovers.clear();
    return imminent;
  }

  /** Sets the partition's alarm, unless an earlier one is set. */
  private note({ partition, dueInMs }: DueHint): void {
    if (dueInMs > HORIZON_MS) return;
    const { clock } = this.options;
    const delay = Math.max(0, dueInMs);
    const at = clock.now() + delay;
    const known = this.alarms.get(partition);
    if (known !== undefined && known.at <= at) return;
    known?.timer.cancel();
    const timer = clock.exactlyAfter(delay, () => this.ring(partition));
    this.alarms.set(partition, { at, timer });
  }

  private ring(partition: number): void {
    this.alarms.delete(partition);
    this.options.wake(partition);
    if (this.leftovers.has(partition)) return;
    const timer = this.options.clock.after(LEFT_OVER_AFTER_MS, () => {
      this.leftovers.delete(partition);
      this.announce(partition);
    });
    this.leftovers.set(partition, timer);
  }

  private announce(partition: number): void {
    const announcement = this.options.announce(partition).catch((error: unknown) => {
      // Only a hint is lost: the next peek and the reconciler remain.
      this.options.log.debug({ err: error, partition }, 'could not announce what is due');
    });
    const tracked = announcement.finally(() => this.announcing.delete(tracked));
    this.announcing.add(tracked);
  }
}
