export interface RateLimit {
  /** Requests a second, in the long run. */
  readonly perSecond: number;
  /** Requests at once, after a time of rest. */
  readonly burst: number;
}

/**
 * How many requests one caller may still make (a token bucket): the number grows with time, up to a burst.
 * Spending may take it below nothing; that is made up for before there is any again.
 */
export class Allowance {
  private readonly limit: RateLimit;
  private left: number;
  private at: number;

  /** @param now local time in ms, as in all that follows */
  constructor(limit: RateLimit, now: number) {
    this.limit = limit;
    this.left = limit.burst;
    this.at = now;
  }

  /** Ms until there is enough for one request; 0 when there is. */
  waitMs(now: number): number {
    return this.msUntil(1, now);
  }

  /** Ms until there is no more to gain. */
  fullMs(now: number): number {
    return this.msUntil(this.limit.burst, now);
  }

  /** Whole requests that may be made at once. */
  remaining(now: number): number {
    this.grow(now);
    return Math.max(0, Math.floor(this.left));
  }

  spend(count: number, now: number): void {
    this.grow(now);
    this.left -= count;
  }

  private msUntil(goal: number, now: number): number {
    this.grow(now);
    return Math.max(0, ((goal - this.left) / this.limit.perSecond) * 1000);
  }

  private grow(now: number): void {
    const grown = this.left + ((now - this.at) / 1000) * this.limit.perSecond;
    this.left = Math.min(this.limit.burst, grown);
    this.at = now;
  }
}
