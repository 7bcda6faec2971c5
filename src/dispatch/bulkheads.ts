import type { Breakers } from './breakers.ts';

export interface BulkheadsOptions {
  /** Most attempts in flight at one origin. */
  readonly placesEach: number;
  /** Claims under way at once: they share the places of an origin that none of them knows of yet. */
  readonly claimsAtOnce: number;
  /** They have the last word: where one is open there are no places. */
  readonly breakers: Pick<Breakers, 'allowance' | 'notClosed'>;
}

/** What a claim under way may take of each origin. */
export interface Reservation {
  /** Of an origin that has no quota of its own. */
  readonly standard: number;
  readonly quotas: ReadonlyMap<string, number>;
}

/** Most origins a claim gets quotas of their own for: those with the fewest free places. */
const MAX_QUOTAS = 64;

/**
 * Counts the places that each receiver, an origin, has in this process: no one of them, however slow, has
 * more than its share of the attempts in flight.
 */
export class Bulkheads {
  private readonly options: BulkheadsOptions;
  /** Attempts in flight, by origin. */
  private readonly inFlight = new Map<string, number>();
  private readonly reservations = new Set<Reservation>();

  constructor(options: BulkheadsOptions) {
    this.options = options;
  }

  /** Takes a place, even where none is free. */
  enter(origin: string): void {
    this.inFlight.set(origin, this.inFlightAt(origin) + 1);
  }

  leave(origin: string): void {
    const left = this.inFlightAt(origin) - 1;
    if (left > 0) this.inFlight.set(origin, left);
    else this.inFlight.delete(origin);
  }

  /** Places that no attempt has; a claim may have them reserved. */
  freePlaces(origin: string): number {
    const { placesEach, breakers } = this.options;
    return Math.max(0, Math.min(placesEach, breakers.allowance(origin)) - this.inFlightAt(origin));
  }

  /** Has a claim take no more of any origin than it has places for, until `release`. */
  reserve(limit: number): Reservation {
    const standard = Math.min(this.share(), limit);
    const limited = this.options.breakers.notClosed().map(({ origin }) => origin);
    const few = [...new Set([...limited.reverse(), ...this.inFlight.keys()])]
      .map((origin) => [origin, this.quotaOf(origin)] as const)
      .filter(([, quota]) => quota < standard);
    if (few.length > MAX_QUOTAS) few.sort(([, a], [, b]) => a - b);
    const reservation = { standard, quotas: new Map(few.slice(0, MAX_QUOTAS)) };
    this.reservations.add(reservation);
    return reservation;
  }

  release(reservation: Reservation): void {
    this.reservations.delete(reservation);
  }

  private share(): number {
    return Math.max(1, Math.floor(this.options.placesEach / this.options.claimsAtOnce));
  }

  private quotaOf(origin: string): number {
    let free = this.freePlaces(origin);
    for (const { standard, quotas } of this.reservations) free -= quotas.get(origin) ?? standard;
    return Math.max(0, Math.min(free, this.share()));
  }

  private inFlightAt(origin: string): number {
    return this.inFlight.get(origin) ?? 0;
  }
}
