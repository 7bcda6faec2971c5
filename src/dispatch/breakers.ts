import type { Outcome } from '../domain/outcome.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

export interface BreakersOptions {
  /** Failures in a row that open a breaker; 0: nothing does. */
  readonly threshold: number;
  /** How long it is open before the first probe, in ms; twice as long after each one that fails. */
  readonly openMs: number;
  /** Never longer than this, in ms. */
  readonly capMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A receiver that is left alone. */
export interface OpenBreaker {
  readonly origin: string;
  /** `half-open`: the next attempt is the probe, or it is under way. */
  readonly state: 'open' | 'half-open';
  /** In a row. */
  readonly failures: number;
  /** 0 when half-open. */
  readonly probeInMs: number;
}

interface Breaker {
  readonly failures: number;
  /** When it opened last, and for how long, local ms; absent while closed. */
  readonly opened?: { readonly at: number; readonly forMs: number };
}

/** Most origins whose failures are known; of more, those that failed longest ago are forgotten. */
const MAX_ORIGINS = 1000;

/** After its time is up a breaker without a probe is forgotten after this, in ms: nothing goes there. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Redis' clock and ours may differ by this much over the time a breaker is open, in ms. */
const MARGIN_MS = 10;

/**
 * The circuit breakers: an origin that fails again and again gets no attempts for a while, then one, the
 * probe, which decides. What this knows is of this process alone: each replica finds out for itself, and
 * spends at most `threshold` attempts in a row on it, besides those that were under way.
 */
export class Breakers {
  private readonly options: BreakersOptions;
  /** Of origins whose last attempt failed; the one that failed last at the end. */
  private readonly breakers = new Map<string, Breaker>();

  constructor(options: BreakersOptions) {
    this.options = options;
  }

  /** Most attempts at once that an origin may have now. */
  allowance(origin: string): number {
    const opened = this.breakers.get(origin)?.opened;
    if (opened === undefined) return Number.POSITIVE_INFINITY;
    return this.probeInMs(opened) > 0 ? 0 : 1;
  }

  /** For how long messages of an origin are of no use, in whole ms: 0 while its breaker is closed. */
  deferMs(origin: string): number {
    const opened = this.breakers.get(origin)?.opened;
    if (opened === undefined) return 0;
    // While there is a probe, as long again: if it succeeds, what waits is claimed by id.
    return Math.ceil(this.probeInMs(opened) || opened.forMs) + MARGIN_MS;
  }

  /** What an attempt came to. */
  note(origin: string, outcome: Outcome): void {
    const verdict = verdictOf(outcome);
    if (verdict === 'well') this.close(origin);
    else if (verdict === 'ill' && this.options.threshold > 0) this.fail(origin);
  }

  /** Those that are not closed; the one that failed last at the end. */
  notClosed(): OpenBreaker[] {
    this.forgetUnused();
    return [...this.breakers].flatMap(([origin, { failures, opened }]): OpenBreaker[] => {
      if (opened === undefined) return [];
      const probeInMs = Math.ceil(this.probeInMs(opened));
      return [{ origin, state: probeInMs > 0 ? 'open' : 'half-open', failures, probeInMs }];
    });
  }

  private close(origin: string): void {
    const wasOpen = this.breakers.get(origin)?.opened !== undefined;
    this.breakers.delete(origin);
    if (wasOpen) this.options.log.info({ origin }, 'breaker closed: the receiver works again');
  }

  private fail(origin: string): void {
    const { failures = 0, opened } = this.breakers.get(origin) ?? {};
    const next = this.afterFailure(failures + 1, opened);
    this.breakers.delete(origin);
    this.breakers.set(origin, next);
    if (next.opened !== undefined && opened === undefined) {
      const { forMs } = next.opened;
      this.options.log.warn(
        { origin, failures: next.failures, forMs },
        'breaker opened: the receiver keeps failing; its messages wait',
      );
    }
    const [oldest] = this.breakers.keys();
    if (this.breakers.size > MAX_ORIGINS && oldest !== undefined) this.breakers.delete(oldest);
  }

  /** An attempt from before it opened tells nothing new; one after its time was the probe. */
  private afterFailure(failures: number, opened: Breaker['opened']): Breaker {
    const { threshold, openMs, capMs, clock } = this.options;
    if (opened !== undefined && this.probeInMs(opened) > 0) return { failures, opened };
    if (failures < threshold) return { failures };
    const forMs = Math.min(capMs, opened === undefined ? openMs : opened.forMs * 2);
    return { failures, opened: { at: clock.now(), forMs } };
  }

  private probeInMs({ at, forMs }: NonNullable<Breaker['opened']>): number {
    return Math.max(0, at + forMs - this.options.clock.now());
  }

  private forgetUnused(): void {
    const before = this.options.clock.now() - FORGOTTEN_AFTER_MS;
    for (const [origin, { opened }] of this.breakers) {
      if (opened !== undefined && opened.at + opened.forMs < before) this.breakers.delete(origin);
    }
  }
}

/** The receiver is overloaded (RFC 6585). */
const TOO_MANY_REQUESTS = 429;

/** What an outcome tells of the receiver: that it cannot cope, that it can, or nothing. */
function verdictOf(outcome: Outcome): 'ill' | 'well' | undefined {
  switch (outcome.kind) {
    case 'timeout':
    case 'unreachable':
      return 'ill';
    case 'delivered':
      return 'well';
    case 'rejected': {
      const { statusCode } = outcome;
      return statusCode >= 500 || statusCode === TOO_MANY_REQUESTS ? 'ill' : 'well';
    }
    default:
      return undefined;
  }
}
