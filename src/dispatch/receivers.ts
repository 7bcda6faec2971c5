import type { ClaimedMessage } from '../domain/message.ts';
import { originOf } from '../domain/origin.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ClaimTerms, DeferredMessage } from '../store/lease-store.ts';
import type { Breakers, OpenBreaker } from './breakers.ts';
import type { Bulkheads, Reservation } from './bulkheads.ts';
import { DeferredIds } from './deferred-ids.ts';

/** A place at a receiver, for one attempt. */
export interface Place {
  /**
   * Frees it.
   * @param outcome what the attempt came to, if that is known
   * @returns partitions that have a message waiting for it
   */
  leave(outcome: Outcome | undefined): readonly number[];
}

/** A claim's terms while it is under way. */
export interface Permit {
  /** `undefined`: no limit can matter. */
  readonly terms: ClaimTerms | undefined;
  /** Gives its places to others, for it takes long; what it takes all the same gets those that are free then. */
  setAside(): void;
  /**
   * To be called once, however the claim ended.
   * @param deferred what it deferred
   * @returns partitions that have a message waiting for a place that is free
   */
  end(deferred: readonly DeferredMessage[]): readonly number[];
}

/** What has no place is deferred for at least so long, in ms; then any replica with a place may take it. */
const MIN_DEFERRAL_MS = 1000;

/**
 * For each one that waits already so much longer, in ms: about as long as a fast receiver takes for it.
 * However many wait, deferring them takes Redis a few percent of its time.
 */
const DEFERRAL_PER_WAITING_MS = 0.2;

/** A message that is not sent needs no place. */
const NOWHERE: Place = { leave: () => [] };

/**
 * What the dispatcher asks about receivers, which are origins: how many messages of each to claim, and
 * whether an attempt may begin. What had no place it has claimed by id as soon as there is one.
 */
export class Receivers {
  private readonly bulkheads: Bulkheads;
  private readonly breakers: Breakers;
  private readonly deferred = new DeferredIds();
  /** Partition → origins that have a place, and there a message that waits for it. */
  private readonly calledUp = new Map<number, Set<string>>();

  constructor(bulkheads: Bulkheads, breakers: Breakers) {
    this.bulkheads = bulkheads;
    this.breakers = breakers;
  }

  /** Receivers whose breaker is not closed; the one that failed last at the end. */
  notClosed(): readonly OpenBreaker[] {
    return this.breakers.notClosed();
  }

  /** How many receivers there are of these, by state. */
  breakerCounts(): Readonly<Record<OpenBreaker['state'], number>> {
    const counts = { open: 0, 'half-open': 0 };
    for (const { state } of this.notClosed()) counts[state] += 1;
    return counts;
  }

  /** How many messages wait for a place, as far as they are remembered. */
  deferredCount(): number {
    return this.deferred.count();
  }

  /**
   * The terms of a claim; what they let it take is reserved until it ends.
   * @param limit most messages it takes
   * @param byId most of these that it takes by id
   */
  permit(partition: number, limit: number, byId: number): Permit {
    const reservation = this.bulkheads.reserve(limit);
    const called = this.takeCalledUp(partition, byId, reservation);
    const ids = called.flatMap((one) => one.ids);
    let held = true;
    const setAside = () => {
      if (held) this.bulkheads.release(reservation);
      held = false;
    };
    return {
      terms: this.terms(reservation, limit, ids),
      setAside,
      end: (messages) => {
        setAside();
        for (const { id, origin } of messages) this.deferred.add(partition, origin, id);
        return this.callUpAll([...called, ...messages]);
      },
    };
  }

  /** Takes a place for an attempt; `undefined` when there is none. */
  enter({ webhookUrl, expired }: ClaimedMessage): Place | undefined {
    if (expired) return NOWHERE;
    const origin = originOf(webhookUrl);
    if (this.bulkheads.freePlaces(origin) === 0) return undefined;
    this.bulkheads.enter(origin);
    return {
      leave: (outcome) => {
        this.bulkheads.leave(origin);
        if (outcome !== undefined) this.breakers.note(origin, outcome);
        return this.callUp(origin);
      },
    };
  }

  /** For how long a message without a place is deferred, in whole ms. */
  deferMs({ webhookUrl }: ClaimedMessage): number {
    return this.deferralAt(originOf(webhookUrl));
  }

  private deferralAt(origin: string): number {
    const untilProbe = this.breakers.deferMs(origin);
    if (untilProbe > 0) return untilProbe;
    const waiting = this.deferred.countOf(origin);
    return Math.round(Math.max(MIN_DEFERRAL_MS, waiting * DEFERRAL_PER_WAITING_MS));
  }

  private terms(
    { standard, quotas }: Reservation,
    limit: number,
    ids: readonly string[],
  ): ClaimTerms | undefined {
    if (standard >= limit && quotas.size === 0 && ids.length === 0) return undefined;
    const withDeferral = [...quotas].map(
      ([origin, places]) => [origin, { places, deferMs: this.deferralAt(origin) }] as const,
    );
    return {
      standard: { places: standard, deferMs: MIN_DEFERRAL_MS },
      origins: new Map(withDeferral),
      ids,
    };
  }

  /** Ids of a partition whose origins have places; what does not fit is for the next claim. */
  private takeCalledUp(partition: number, byId: number, { standard, quotas }: Reservation) {
    const origins = this.calledUp.get(partition) ?? new Set<string>();
    const taken: { readonly origin: string; readonly ids: readonly string[] }[] = [];
    let left = byId;
    for (const origin of origins) {
      const places = Math.min(left, quotas.get(origin) ?? standard);
      if (places === 0) continue;
      origins.delete(origin);
      const ids = this.deferred.take(partition, origin, places);
      left -= ids.length;
      taken.push({ origin, ids });
    }
    return taken;
  }

  private callUpAll(asked: readonly { readonly origin: string }[]): readonly number[] {
    const origins = new Set(asked.map(({ origin }) => origin));
    const called = [...origins].flatMap((origin) => this.callUp(origin));
    return [...called, ...this.stillCalledUp()];
  }

  /** Has the next messages of an origin claimed by id, if it has a place and some that wait. */
  private callUp(origin: string): readonly number[] {
    if (this.bulkheads.freePlaces(origin) === 0) return [];
    const partition = this.deferred.nextPartition(origin);
    if (partition === undefined) return [];
    const origins = this.calledUp.get(partition) ?? new Set();
    this.calledUp.set(partition, origins.add(origin));
    return [partition];
  }

  /** Partitions whose called-up messages came into no claim yet. Where there is no place any more, `leave` calls. */
  private stillCalledUp(): readonly number[] {
    for (const [partition, origins] of this.calledUp) {
      for (const origin of origins) {
        if (this.bulkheads.freePlaces(origin) === 0) origins.delete(origin);
      }
      if (origins.size === 0) this.calledUp.delete(partition);
    }
    return [...this.calledUp.keys()];
  }
}
