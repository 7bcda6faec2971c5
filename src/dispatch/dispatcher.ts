import { setMaxListeners } from 'node:events';
import type { ClaimedMessage } from '../domain/message.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';

export interface DispatcherOptions {
  /**
   * Takes up to `limit` due messages of a partition; `undefined` when there was no answer. Asked again, it
   * gives what it took then, be it more than the limit.
   */
  readonly claim: (partition: number, limit: number) => Promise<ClaimResult | undefined>;
  /** Makes one attempt and settles it. When `signal` aborts it gives the message back. Never rejects. */
  readonly attempt: (lease: Lease, signal: AbortSignal) => Promise<void>;
  /** Called by `stop` when no attempt is left. */
  readonly drained: () => void;
  /** Partitions to look after. */
  readonly partitions: readonly number[];
  /** Most attempts in flight. */
  readonly concurrency: number;
  /** How long `stop` waits for attempts in flight before it has them given back, in ms. */
  readonly drainTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A claimed message and the span in which it is ours, on the local clock. */
export interface Lease {
  readonly message: ClaimedMessage;
  /** When the claim that was answered was sent. */
  readonly claimedAt: number;
  /** When the lease is over, at the earliest. */
  readonly endsAt: number;
}

export interface ClaimResult {
  readonly leases: readonly Lease[];
  readonly moreDue: boolean;
}

/** Claims under way at once: enough to keep many partitions moving, few enough to share the room. */
const MAX_CLAIMS = 4;

/** Of those that were not answered before, beside the others: these must not wait for a master that is away. */
const MAX_REPEATS = 1;

/** Pause before a claim without an answer is repeated, in ms. */
const REPEAT_DELAY_MS = 100;

/** Most messages one claim takes: bounds the time its script holds Redis up. */
const MAX_BATCH = 100;

/**
 * The pump. Woken by hints, it claims what is due, never more than it has room for, and goes on while
 * more is due. It knows neither Redis nor HTTP.
 */
export class Dispatcher extends LongLivedPart {
  readonly name = 'dispatcher';
  private readonly options: DispatcherOptions;
  /** Partitions that may have due messages, in the order they were woken. */
  private readonly awake = new Set<number>();
  private readonly claiming = new Set<number>();
  /** Partitions whose last claim was not answered, and what wakes each again. */
  private readonly unanswered = new Map<number, Timer>();
  private repeating = 0;
  /** Taken, but for want of room not begun yet. */
  private readonly waiting: Lease[] = [];
  private readonly work = new Set<Promise<void>>();
  private reserved = 0;
  private inFlight = 0;
  private pumping: NodeJS.Immediate | undefined;
  private running = false;
  /** Aborting it has every message in flight given back. */
  private cut = new AbortController();

  constructor(options: DispatcherOptions) {
    super();
    this.options = options;
  }

  /** Says that a partition may have due messages. Cheap, and a flood of calls is one wake. */
  wake(partition: number): void {
    this.awake.add(partition);
    this.pump();
  }

  wakeAll(): void {
    for (const partition of this.options.partitions) this.awake.add(partition);
    this.pump();
  }

  /** How many attempts are under way. */
  inFlightCount(): number {
    return this.inFlight;
  }

  /** Whether attempts in flight leave no room: then what is overdue waits for us, not for an event. */
  isSaturated(): boolean {
    return this.room() <= 0;
  }

  protected onStart(): void {
    this.cut = new AbortController();
    setMaxListeners(0, this.cut.signal);
    this.running = true;
    this.pump();
  }

  /** Claims no more, waits for what is in flight, and at the deadline has the rest given back. */
  protected async onStop(): Promise<void> {
    this.running = false;
    for (const timer of this.unanswered.values()) timer.cancel();
    this.unanswered.clear();
    this.begin();
    const deadline = this.options.clock.after(this.options.drainTimeoutMs, () => {
      const { inFlight } = this;
      this.options.log.warn({ inFlight }, 'drain deadline reached; giving messages back');
      this.cut.abort();
    });
    while (this.work.size > 0) await Promise.all(this.work);
    deadline.cancel();
    this.options.drained();
  }

  private room(): number {
    return this.options.concurrency - this.inFlight - this.reserved;
  }

  private pump(): void {
    this.begin();
    while (this.running && this.room() > 0) {
      const partition = this.nextAwake();
      if (partition === undefined) return;
      this.track(this.claimFrom(partition, this.limitFor(partition)));
    }
  }

  /** One that was not answered is no reason to keep room from others: what it took comes all the same. */
  private limitFor(partition: number): number {
    return this.unanswered.has(partition) ? 1 : Math.min(this.room(), MAX_BATCH);
  }

  /** Begins attempts as far as there is room; while stopping, all: they are given back unsent. */
  private begin(): void {
    while (this.waiting.length > 0 && (this.room() > 0 || !this.running)) {
      const lease = this.waiting.shift();
      if (lease !== undefined) this.track(this.run(lease));
    }
  }

  /** The partition that has been awake longest and may be claimed from. */
  private nextAwake(): number | undefined {
    for (const partition of this.awake) {
      if (!this.mayClaimFrom(partition)) continue;
      this.awake.delete(partition);
      return partition;
    }
    return undefined;
  }

  private mayClaimFrom(partition: number): boolean {
    if (this.claiming.has(partition)) return false;
    if (this.unanswered.has(partition)) return this.repeating < MAX_REPEATS;
    return this.claiming.size - this.repeating < MAX_CLAIMS;
  }

  private async claimFrom(partition: number, limit: number): Promise<void> {
    const repeats = this.unanswered.has(partition) ? 1 : 0;
    this.claiming.add(partition);
    this.reserved += limit;
    this.repeating += repeats;
    try {
      this.take(partition, await this.options.claim(partition, limit));
    } catch (error) {
      this.options.log.error(
        { err: error, partition },
        'claim failed; its messages come back with the next wake',
      );
    } finally {
      this.reserved -= limit;
      this.repeating -= repeats;
      this.claiming.delete(partition);
    }
    this.pump();
  }

  private take(partition: number, result: ClaimResult | undefined): void {
    this.unanswered.get(partition)?.cancel();
    this.unanswered.delete(partition);
    if (result !== undefined) {
      if (result.moreDue) this.awake.add(partition);
      this.waiting.push(...result.leases);
    } else if (this.running) {
      const again = this.options.clock.after(REPEAT_DELAY_MS, () => this.wake(partition));
      this.unanswered.set(partition, again);
    }
  }

  private async run(lease: Lease): Promise<void> {
    this.inFlight += 1;
    try {
      // Claimed while stopping: given back unsent.
      await this.options.attempt(lease, this.running ? this.cut.signal : AbortSignal.abort());
    } catch (error) {
      this.options.log.error(
        { err: error, id: lease.message.id },
        'attempt broke; its lease runs out',
      );
    } finally {
      this.inFlight -= 1;
    }
    this.pumpSoon();
  }

  /** Attempts often end together: one claim for the room of all of them. */
  private pumpSoon(): void {
    this.pumping ??= setImmediate(() => {
      this.pumping = undefined;
      this.pump();
    });
  }

  /** Keeps hold of a promise until it ends, so that `stop` can wait for it. */
  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.work.delete(tracked));
    this.work.add(tracked);
  }
}
