import type { Clock, Timer } from '../runtime/clock.ts';

/** Claims under way at once: enough to keep many partitions moving, few enough to share the room. */
export const MAX_CLAIMS = 4;

/** Of those that were not answered before, beside the others: these must not wait for a master that is away. */
const MAX_REPEATS = 1;

/** A claim that takes longer, in ms, is set aside: its master may be away, and others are not. */
const PATIENCE_MS = 100;

/** Pause before a claim without an answer is repeated, in ms. */
const REPEAT_DELAY_MS = 100;

/** Whose turn it is to be claimed from: partitions that may have due messages, and how their claims go. */
export class ClaimTurns {
  private readonly clock: Clock;
  /** Says that a claim without an answer is to be repeated. */
  private readonly repeat: (partition: number) => void;
  /** In the order they were woken. */
  private readonly awake = new Set<number>();
  private readonly claiming = new Set<number>();
  /** Partitions whose last claim was not answered, and what wakes each again. */
  private readonly unanswered = new Map<number, Timer>();
  /** Partitions of which the last claim left some that were due. */
  private readonly backlogged = new Set<number>();
  private repeating = 0;
  /** Of the claims under way, those that keep no turn from others: repeats, and those that take long. */
  private aside = 0;

  constructor(clock: Clock, repeat: (partition: number) => void) {
    this.clock = clock;
    this.repeat = repeat;
  }

  wake(partition: number): void {
    this.awake.add(partition);
  }

  /** The partition that has been awake longest and may be claimed from; it is no longer awake. */
  next(): number | undefined {
    for (const partition of this.awake) {
      if (!this.mayClaimFrom(partition)) continue;
      this.awake.delete(partition);
      return partition;
    }
    return undefined;
  }

  /** Whether the last claim of a partition was not answered. */
  isRepeat(partition: number): boolean {
    return this.unanswered.has(partition);
  }

  /** Whether more was due in a partition than its last claim took. */
  isBacklogged(partition: number): boolean {
    return this.backlogged.has(partition);
  }

  /** Whether more was due anywhere than the last claims took. */
  hasBacklog(): boolean {
    return this.backlogged.size > 0;
  }

  /**
   * Notes a claim that is under way. Returns a function for when that is over.
   * @param setAside called when it takes long: it goes on, but no longer counts among those that take turns
   */
  begin(partition: number, setAside: () => void): () => void {
    const repeats = this.isRepeat(partition) ? 1 : 0;
    let aside = repeats;
    this.claiming.add(partition);
    this.repeating += repeats;
    this.aside += repeats;
    const patience = this.clock.after(PATIENCE_MS, () => {
      this.aside += 1 - aside;
      aside = 1;
      setAside();
    });
    return () => {
      patience.cancel();
      this.repeating -= repeats;
      this.aside -= aside;
      this.claiming.delete(partition);
    };
  }

  answered(partition: number, moreDue: boolean): void {
    this.unanswered.get(partition)?.cancel();
    this.unanswered.delete(partition);
    if (moreDue) {
      this.backlogged.add(partition);
      this.awake.add(partition);
    } else this.backlogged.delete(partition);
  }

  /** Has the claim repeated. */
  notAnswered(partition: number): void {
    this.unanswered.get(partition)?.cancel();
    const again = this.clock.after(REPEAT_DELAY_MS, () => this.repeat(partition));
    this.unanswered.set(partition, again);
  }

  /** Lets go of claims that wait to be repeated. */
  forgetRepeats(): void {
    for (const timer of this.unanswered.values()) timer.cancel();
    this.unanswered.clear();
  }

  private mayClaimFrom(partition: number): boolean {
    if (this.claiming.has(partition)) return false;
    if (this.unanswered.has(partition)) return this.repeating < MAX_REPEATS;
    return this.claiming.size - this.aside < MAX_CLAIMS;
  }
}
