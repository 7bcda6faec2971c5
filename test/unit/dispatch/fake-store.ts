import {
  type ClaimResult,
  Dispatcher,
  type DispatcherOptions,
  type Lease,
} from '../../../src/dispatch/dispatcher.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';
import { claimedMessage } from '../support/messages.ts';

/** A claim under way: the store has not answered yet. */
export interface Claim {
  readonly partition: number;
  readonly limit: number;
  /** Resolves with whether the answer gets through. */
  readonly end: Deferred<boolean>;
}

/** An attempt under way. */
export interface Attempt {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly end: Deferred<void>;
}

/** Stands in for the store and the network: holds what is due, answers claims, ends attempts. */
export class FakeStore {
  readonly clock = new FakeClock();
  readonly entries: LogEntry[];
  readonly options: DispatcherOptions;
  /** Every claim and attempt there was, in order. */
  readonly claims: Claim[] = [];
  readonly attempts: Attempt[] = [];
  /** Ids whose attempt was told to give up. */
  readonly givenBack: string[] = [];
  drained = 0;
  /** Every id that ever fell due. */
  readonly fellDue: string[] = [];
  private readonly due = new Map<number, string[]>();
  /** What a claim took whose answer was lost, by partition. */
  private readonly taken = new Map<number, string[]>();
  private readonly openClaims = new Set<Claim>();
  private readonly openAttempts = new Set<Attempt>();
  private readonly automatic: boolean;

  /** @param over with `answer: 'at once'` claims need no `answerClaim` */
  constructor(over: Partial<DispatcherOptions> & { answer?: 'at once' } = {}) {
    const { log, entries } = recordingLog();
    const { answer, ...rest } = over;
    this.automatic = answer === 'at once';
    this.entries = entries;
    this.options = {
      claim: (partition, limit) => this.claim(partition, limit),
      attempt: (lease, signal) => this.attempt(lease, signal),
      drained: () => {
        this.drained += 1;
      },
      partitions: [0],
      concurrency: 10,
      drainTimeoutMs: 1000,
      clock: this.clock,
      log,
      ...rest,
    };
  }

  dispatcher(): Dispatcher {
    return new Dispatcher(this.options);
  }

  /** Lets messages fall due. */
  addDue(partition: number, ...ids: string[]): void {
    this.fellDue.push(...ids);
    this.due.set(partition, [...(this.due.get(partition) ?? []), ...ids]);
  }

  /** Answers the oldest open claim, with what is due by then. */
  async answerClaim(error?: Error): Promise<void> {
    const [claim] = this.openClaims;
    if (error === undefined) claim?.end.resolve(true);
    else claim?.end.reject(error);
    await settle();
  }

  /** The oldest open claim takes what is due by then, and its answer is lost. */
  async loseAnswer(): Promise<void> {
    const [claim] = this.openClaims;
    claim?.end.resolve(false);
    await settle();
  }

  /** Ends the oldest attempts, all unless a number is given. */
  async finishAttempts(count = Number.POSITIVE_INFINITY, error?: Error): Promise<void> {
    for (const attempt of [...this.openAttempts].slice(0, count)) {
      if (error === undefined) attempt.end.resolve();
      else attempt.end.reject(error);
    }
    await settle();
  }

  claimsUnderWay(): readonly Claim[] {
    return [...this.openClaims];
  }

  attemptsUnderWay(): readonly Attempt[] {
    return [...this.openAttempts];
  }

  /** Ids in the order in which their attempts began. */
  attempted(): string[] {
    return this.attempts.map(({ id }) => id);
  }

  errors(): LogEntry[] {
    return this.entries.filter(({ level }) => level >= LEVEL.error);
  }

  private async claim(partition: number, limit: number): Promise<ClaimResult | undefined> {
    const claim = { partition, limit, end: deferred<boolean>() };
    this.claims.push(claim);
    this.openClaims.add(claim);
    if (this.automatic) claim.end.resolve(true);
    const answered = await claim.end.promise.finally(() => this.openClaims.delete(claim));
    const due = this.due.get(partition) ?? [];
    const ids = this.taken.get(partition) ?? due.splice(0, limit);
    this.taken.set(partition, ids);
    if (!answered) return undefined;
    this.taken.delete(partition);
    const leases = ids.map((id): Lease => {
      const claimedAt = this.clock.now();
      return { message: claimedMessage(id), claimedAt, endsAt: claimedAt + 45_000 };
    });
    return { leases, moreDue: due.length > 0 };
  }

  private async attempt({ message }: Lease, signal: AbortSignal): Promise<void> {
    const attempt = { id: message.id, signal, end: deferred() };
    this.attempts.push(attempt);
    this.openAttempts.add(attempt);
    const giveBack = () => {
      this.givenBack.push(message.id);
      attempt.end.resolve();
    };
    if (signal.aborted) giveBack();
    else signal.addEventListener('abort', giveBack, { once: true });
    await attempt.end.promise.finally(() => this.openAttempts.delete(attempt));
    signal.removeEventListener('abort', giveBack);
  }
}

/** `a0`, `a1`, … */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
