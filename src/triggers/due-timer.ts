import { type Clock, pause, type Timer } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Repeater } from '../runtime/repeater.ts';
import type { DueHint, DueHints } from '../store/due-hints.ts';

export interface DueTimerOptions {
  readonly hints: DueHints;
  /** Looks at every due index and announces what it finds as hints. */
  readonly peek: () => Promise<unknown>;
  /** Makes Redis notice that a shadow key has expired, and publish it. */
  readonly touch: (id: string) => Promise<void>;
  readonly wake: (partition: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The due indexes are looked at this often: the longest a due time set elsewhere can stay unknown. */
const PEEK_INTERVAL_MS = 1000;

/** What is due later than this, the next peek will find. */
const HORIZON_MS = 2 * PEEK_INTERVAL_MS;

/** Redis holds a key expired from one millisecond past its time. */
const EXPIRED_AFTER_MS = 1;

/** Due within this counts as due now, in ms. */
const IMMINENT_MS = 2 * EXPIRED_AFTER_MS;

interface Alarm {
  readonly id: string;
  readonly at: number;
  readonly timer: Timer;
}

/**
 * Makes Redis punctual. Redis deletes an expired key, and says so, only when it comes across it, which
 * can take minutes. The timer sleeps until the earliest due time it knows of, then touches that shadow
 * key, so that Redis publishes the event to every replica now, and wakes its own dispatcher as well.
 */
export class DueTimer extends LongLivedPart {
  readonly name = 'due timer';
  private readonly options: DueTimerOptions;
  private readonly peeks: Repeater;
  /** The earliest known due time of each partition, on the local clock. */
  private readonly alarms = new Map<number, Alarm>();
  private readonly touches = new Set<Promise<void>>();
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
    const { clock } = this.options;
    const imminent = [...this.alarms.values()].filter(({ at }) => at <= clock.now() + IMMINENT_MS);
    for (const { timer } of this.alarms.values()) timer.cancel();
    this.alarms.clear();
    if (imminent.length > 0) await pause(clock, IMMINENT_MS);
    for (const { id } of imminent) this.announce(id);
    await Promise.all(this.touches);
  }

  /** Sets the partition's alarm, unless an earlier one is set. */
  private note({ partition, id, dueInMs }: DueHint): void {
    if (dueInMs > HORIZON_MS) return;
    const { clock } = this.options;
    const delay = Math.max(0, dueInMs) + EXPIRED_AFTER_MS;
    const at = clock.now() + delay;
    const known = this.alarms.get(partition);
    if (known !== undefined && known.at <= at) return;
    known?.timer.cancel();
    const timer = clock.after(delay, () => this.ring(partition, id));
    this.alarms.set(partition, { id, at, timer });
  }

  private ring(partition: number, id: string): void {
    this.alarms.delete(partition);
    this.announce(id);
    this.options.wake(partition);
  }

  private announce(id: string): void {
    const touch = this.options.touch(id).catch((error: unknown) => {
      // Only a hint is lost: the wake below it, the next peek and the reconciler remain.
      this.options.log.debug({ err: error, id }, 'could not touch the shadow key');
    });
    const tracked = touch.finally(() => this.touches.delete(tracked));
    this.touches.add(tracked);
  }
}
