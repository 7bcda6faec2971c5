import { Breakers } from '../../../src/dispatch/breakers.ts';
import { Bulkheads } from '../../../src/dispatch/bulkheads.ts';
import { Dispatcher, type DispatcherOptions } from '../../../src/dispatch/dispatcher.ts';
import type { Attempted, ClaimResult, Lease } from '../../../src/dispatch/lease.ts';
import { Receivers } from '../../../src/dispatch/receivers.ts';
import { originOf } from '../../../src/domain/origin.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import type { ClaimTerms, DeferredMessage } from '../../../src/store/lease-store.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';
import { claimedMessage } from '../support/messages.ts';

/** A claim under way: the store has not answered yet. */
export interface Claim {
  readonly partition: number;
  readonly limit: number;
  readonly terms: ClaimTerms | undefined;
  /** When it was made, by the clock of the store. */
  readonly at: number;
  /** Resolves with whether the answer gets through. */
  readonly end: Deferred<boolean>;
}

/** An attempt under way. */
export interface Attempt {
  readonly id: string;
  readonly origin: string;
  readonly signal: AbortSignal;
  readonly end: Deferred<Outcome>;
}

interface Taken {
  readonly ids: string[];
  readonly deferred: DeferredMessage[];
}

type Limits = Record<'placesEach' | 'claimsAtOnce' | 'threshold', number>;

type Over = Partial<DispatcherOptions & Limits> & {
  answer?: 'at once' | undefined;
};

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
  /** When set, what attempts come to is settled with it. */
  settling: Deferred<void> | undefined;
  /** Every id that ever fell due. */
  readonly fellDue: string[] = [];
  /** Ids that were claimed and given back untried. */
  readonly putOff: string[] = [];
  private readonly due = new Map<number, string[]>();
  /** The partition of each id. */
  private readonly homes = new Map<string, number>();
  /** What is due and was deferred, and until when. */
  private readonly deferred = new Map<string, { partition: number; until: number }>();
  /** What a claim took and deferred whose answer was lost, by partition. */
  private readonly taken = new Map<number, Taken>();
  private readonly openClaims = new Set<Claim>();
  private readonly openAttempts = new Set<Attempt>();
  private readonly automatic: boolean;

  /** @param over with `answer: 'at once'` claims need no `answerClaim` */
  constructor(over: Over = {}) {
    const { log, entries } = recordingLog();
    const { answer, placesEach = 1000, claimsAtOnce = 1, threshold = 0, ...rest } = over;
    const { clock } = this;
    const breakers = new Breakers({ threshold, openMs: 500, capMs: 2000, clock, log });
    this.automatic = answer === 'at once';
    this.entries = entries;
    this.options = {
      claim: (...request) => this.claim(...request),
      attempt: (lease, signal) => this.attempt(lease, signal),
      defer: (lease, deferMs) => this.defer(lease, deferMs),
      drained: () => {
        this.drained += 1;
      },
      receivers: new Receivers(new Bulkheads({ placesEach, claimsAtOnce, breakers }), breakers),
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
    for (const id of ids) this.homes.set(id, partition);
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

  /** Ends the oldest attempts, all unless a number is given, with success unless an end is. */
  async finishAttempts(
    count = Number.POSITIVE_INFINITY,
    end: Outcome | Error = { kind: 'delivered', statusCode: 204 },
  ): Promise<void> {
    for (const attempt of [...this.openAttempts].slice(0, count)) {
      if (end instanceof Error) attempt.end.reject(end);
      else attempt.end.resolve(end);
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

  /** Whether nothing is due any more, be it deferred. */
  isEmpty(): boolean {
    return this.deferred.size === 0 && [...this.due.values()].every(({ length }) => length === 0);
  }

  /** Partitions of what was deferred until now: the due timer wakes them. */
  deferralsOver(): number[] {
    const over = [...this.deferred.values()].filter(({ until }) => until <= this.clock.now());
    return over.map(({ partition }) => partition);
  }

  private async claim(
    partition: number,
    limit: number,
    terms: ClaimTerms | undefined,
  ): Promise<ClaimResult | undefined> {
    const at = this.clock.now();
    const claim = { partition, limit, terms, at, end: deferred<boolean>() };
    this.claims.push(claim);
    this.openClaims.add(claim);
    if (this.automatic) claim.end.resolve(true);
    const answered = await claim.end.promise.finally(() => this.openClaims.delete(claim));
    const taken = this.taken.get(partition) ?? this.takeDue(claim);
    this.taken.set(partition, taken);
    if (!answered) return undefined;
    this.taken.delete(partition);
    const leases = taken.ids.map((id): Lease => {
      const claimedAt = this.clock.now();
      const message = claimedMessage(id, { webhookUrl: urlOf(id) });
      return { message, claimedAt, endsAt: claimedAt + 45_000 };
    });
    return { leases, deferred: taken.deferred, moreDue: this.dueIn(partition).length > 0 };
  }

  /** As the claim script does it. */
  private takeDue({ partition, limit, terms }: Claim): Taken {
    const left = new Map(
      [...(terms?.origins ?? [])].map(([origin, { places }]) => [origin, places]),
    );
    const taken: Taken = { ids: [], deferred: [] };
    const take = (id: string) => {
      const origin = originOf(urlOf(id));
      const places = left.get(origin) ?? terms?.standard.places ?? limit;
      left.set(origin, places - 1);
      if (places > 0) taken.ids.push(id);
      return places > 0;
    };
    for (const id of terms?.ids ?? []) {
      if (this.deferred.get(id)?.partition === partition && take(id)) this.deferred.delete(id);
    }
    const due = this.dueIn(partition);
    while (due.length > 0 && taken.ids.length < limit) {
      const id = due.shift() ?? '';
      if (take(id)) continue;
      const origin = originOf(urlOf(id));
      const { deferMs } = terms?.origins.get(origin) ?? terms?.standard ?? { deferMs: 0 };
      this.deferred.set(id, { partition, until: this.clock.now() + deferMs });
      taken.deferred.push({ id, origin });
    }
    this.due.set(partition, due);
    return taken;
  }

  private dueIn(partition: number): string[] {
    const due = this.due.get(partition) ?? [];
    for (const [id, deferral] of this.deferred) {
      if (deferral.partition !== partition || deferral.until > this.clock.now()) continue;
      this.deferred.delete(id);
      due.push(id);
    }
    return due;
  }

  private defer({ message: { id } }: Lease, deferMs: number): Promise<void> {
    this.putOff.push(id);
    const partition = this.homes.get(id) ?? 0;
    this.deferred.set(id, { partition, until: this.clock.now() + deferMs });
    return Promise.resolve();
  }

  private async attempt({ message }: Lease, signal: AbortSignal): Promise<Attempted> {
    const origin = originOf(message.webhookUrl);
    const attempt = { id: message.id, origin, signal, end: deferred<Outcome>() };
    this.attempts.push(attempt);
    this.openAttempts.add(attempt);
    const giveBack = () => {
      this.givenBack.push(message.id);
      attempt.end.resolve({ kind: 'interrupted', error: 'stopping' });
    };
    if (signal.aborted) giveBack();
    else signal.addEventListener('abort', giveBack, { once: true });
    const outcome = await attempt.end.promise.finally(() => this.openAttempts.delete(attempt));
    signal.removeEventListener('abort', giveBack);
    return { outcome, settled: this.settling?.promise ?? Promise.resolve() };
  }
}

/** `a0`, `a1`, … */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** Where a message goes: to the receiver its id begins with, as in `slow/a0`, or else to the usual one. */
function urlOf(id: string): string {
  const [receiver, rest] = id.split('/');
  return rest === undefined ? 'http://127.0.0.1:9/hook' : `http://${receiver}/hook`;
}
