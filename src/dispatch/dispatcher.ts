import { setMaxListeners } from 'node:events';
import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ClaimTerms, DeferredMessage } from '../store/lease-store.ts';
import { ClaimTurns } from './claim-turns.ts';
import type { Attempted, ClaimResult, Lease } from './lease.ts';
import type { Place, Receivers } from './receivers.ts';

export interface DispatcherOptions {
  /**
   * Takes up to `limit` due messages of a partition, no more of any receiver than the terms say; `undefined`
   * when there was no answer. Asked again, it gives what it took then, be it more than the limit.
   */
  readonly claim: (
    partition: number,
    limit: number,
    terms: ClaimTerms | undefined,
  ) => Promise<ClaimResult | undefined>;
  /**
   * Makes one attempt; resolves when its request is over. When `signal` aborts it gives the message back.
   * Never rejects.
   */
  readonly attempt: (lease: Lease, signal: AbortSignal) => Promise<Attempted>;
  /** Gives a message back untried, to be due again after so many ms. Never rejects. */
  readonly defer: (lease: Lease, deferMs: number, signal: AbortSignal) => Promise<void>;
  /** Called by `stop` when no attempt is left. */
  readonly drained: () => void;
  readonly receivers: Receivers;
  /** Partitions to look after. */
  readonly partitions: readonly number[];
  /** Most attempts in flight. */
  readonly concurrency: number;
  /** How long `stop` waits for attempts in flight before it has them given back, in ms. */
  readonly drainTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Most messages one claim takes: bounds the time its script holds Redis up. */
const MAX_BATCH = 100;

/**
 * The pump. Woken by hints, it claims what is due, never more than it has room for, and goes on while
 * more is due. It knows neither Redis nor HTTP.
 */
export class Dispatcher extends LongLivedPart {
  readonly name = 'dispatcher';
  private readonly options: DispatcherOptions;
  private readonly turns: ClaimTurns;
  /** Taken, but for want of room not begun yet. */
  private readonly waiting: Lease[] = [];
  private readonly work = new Set<Promise<void>>();
  private reserved = 0;
  private inFlight = 0;
  /** Attempts whose request is over and whose message is not settled yet. */
  private settling = 0;
  private pumping: NodeJS.Immediate | undefined;
  private running = false;
  /** Aborting it has every message in flight given back. */
  private cut = new AbortController();

  constructor(options: DispatcherOptions) {
    super();
    this.options = options;
    this.turns = new ClaimTurns(options.clock, (partition) => this.wake(partition));
  }

  /** Says that a partition may have due messages. Cheap, and a flood of calls is one wake. */
  wake(partition: number): void {
    this.turns.wake(partition);
    this.pump();
  }

  wakeAll(): void {
    for (const partition of this.options.partitions) this.turns.wake(partition);
    this.pump();
  }

  /** How many attempts are under way. */
  inFlightCount(): number {
    return this.inFlight;
  }

  /**
   * Whether attempts in flight leave no room, or claims have not come to the end of what is due: then what
   * is overdue waits for us, not for an event.
   */
  isSaturated(): boolean {
    return this.room() <= 0 || this.turns.hasBacklog();
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
    this.turns.forgetRepeats();
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

  /** Of what is not settled yet as many are held as there are places: where Redis is slow, no more is taken. */
  private room(): number {
    const { concurrency } = this.options;
    const excess = Math.max(0, this.settling - concurrency);
    return concurrency - this.inFlight - this.reserved - excess;
  }

  private pump(): void {
    this.begin();
    while (this.running && this.room() > 0) {
      const partition = this.turns.next();
      if (partition === undefined) return;
      this.track(this.claimFrom(partition, this.limitFor(partition)));
    }
  }

  /** One that was not answered is no reason to keep room from others: what it took comes all the same. */
  private limitFor(partition: number): number {
    return this.turns.isRepeat(partition) ? 1 : Math.min(this.room(), MAX_BATCH);
  }

  /** Begins attempts as far as there is room; while stopping, all: they are given back unsent. */
  private begin(): void {
    while (this.waiting.length > 0 && (this.room() > 0 || !this.running)) {
      const lease = this.waiting.shift();
      if (lease !== undefined) this.track(this.run(lease));
    }
  }

  private async claimFrom(partition: number, limit: number): Promise<void> {
    const { claim, receivers, log } = this.options;
    // What was deferred must not keep what is due from its turn.
    const byId = this.turns.isBacklogged(partition) ? Math.floor(limit / 2) : limit;
    const permit = receivers.permit(partition, limit, byId);
    let deferred: readonly DeferredMessage[] = [];
    let reserved = limit;
    this.reserved += reserved;
    const freeRoom = () => {
      this.reserved -= reserved;
      reserved = 0;
    };
    const ended = this.turns.begin(partition, () => {
      freeRoom();
      permit.setAside();
      this.pump();
    });
    try {
      const result = await claim(partition, limit, permit.terms);
      this.take(partition, result);
      deferred = result?.deferred ?? [];
    } catch (error) {
      log.error(
        { err: error, partition },
        'claim failed; its messages come back with the next wake',
      );
    } finally {
      freeRoom();
      ended();
    }
    // What was taken has its place before free ones are counted.
    this.begin();
    this.callUp(permit.end(deferred));
    this.pump();
  }

  private take(partition: number, result: ClaimResult | undefined): void {
    if (result !== undefined) {
      this.turns.answered(partition, result.moreDue);
      this.waiting.push(...result.leases);
    } else if (this.running) this.turns.notAnswered(partition);
  }

  private callUp(partitions: readonly number[]): void {
    for (const partition of partitions) this.turns.wake(partition);
  }

  private async run(lease: Lease): Promise<void> {
    const place = this.running ? this.options.receivers.enter(lease.message) : undefined;
    let attempted: Attempted | undefined;
    this.inFlight += 1;
    try {
      attempted = await this.send(lease, place);
    } catch (error) {
      this.reportBroken(lease, error);
    } finally {
      this.inFlight -= 1;
      this.callUp(place?.leave(attempted?.outcome) ?? []);
    }
    this.pumpSoon();
    if (attempted !== undefined) await this.untilSettled(lease, attempted.settled);
  }

  private async send(lease: Lease, place: Place | undefined): Promise<Attempted | undefined> {
    const { receivers, attempt, defer } = this.options;
    // Claimed while stopping: given back unsent.
    if (!this.running) return attempt(lease, AbortSignal.abort());
    if (place !== undefined) return attempt(lease, this.cut.signal);
    await defer(lease, receivers.deferMs(lease.message), this.cut.signal);
    return undefined;
  }

  /** What is over has given up its place: the next one need not wait until Redis knows. */
  private async untilSettled(lease: Lease, settled: Promise<void>): Promise<void> {
    this.settling += 1;
    try {
      await settled;
    } catch (error) {
      this.reportBroken(lease, error);
    } finally {
      this.settling -= 1;
    }
    this.pumpSoon();
  }

  private reportBroken({ message: { id } }: Lease, error: unknown): void {
    this.options.log.error({ err: error, id }, 'attempt broke; its lease runs out');
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
