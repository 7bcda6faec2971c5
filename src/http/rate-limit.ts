import type { Context, Middleware } from 'koa';
import type { Clock } from '../runtime/clock.ts';
import { Allowance, type RateLimit } from './allowance.ts';
import { callerOf } from './auth.ts';
import { ProblemError } from './problems.ts';

/** What the policy is called in the headers. */
const POLICY = '"token"';

/**
 * Bounds what each token may ask of this process. A library would serve if its limits in memory were no fixed
 * windows, which let twice as much through around their ends; a bucket for each of a few tokens is little code.
 */
export class RateLimiter {
  private readonly limit: RateLimit;
  private readonly clock: Clock;
  /** By name of the caller: as many as there are tokens. */
  private readonly allowances = new Map<string, Allowance>();
  private readonly policy: string;

  constructor(limit: RateLimit, clock: Clock) {
    this.limit = limit;
    this.clock = clock;
    const windowS = Math.ceil(limit.burst / limit.perSecond);
    this.policy = `${POLICY};q=${limit.burst};w=${windowS}`;
  }

  /** Goes behind the authorization: refuses whoever has nothing left, before anything is read. */
  readonly admit: Middleware = (ctx, next) => {
    const allowance = this.allowanceOf(ctx);
    if (allowance === undefined) return next();
    const waitS = Math.ceil(allowance.waitMs(this.clock.now()) / 1000);
    if (waitS > 0) {
      this.tell(ctx, allowance);
      throw new ProblemError('rate-limited', String(waitS), {
        headers: { 'retry-after': String(waitS) },
      });
    }
    this.charge(ctx, 1);
    return next();
  };

  /** Counts a request as so many more: what it holds is known only when it is read, and is then not refused. */
  charge(ctx: Context, count: number): void {
    const allowance = this.allowanceOf(ctx);
    allowance?.spend(count, this.clock.now());
    if (allowance !== undefined) this.tell(ctx, allowance);
  }

  private allowanceOf(ctx: Context): Allowance | undefined {
    const caller = callerOf(ctx);
    if (caller === undefined) return undefined;
    let allowance = this.allowances.get(caller.name);
    if (allowance === undefined) {
      allowance = new Allowance(this.limit, this.clock.now());
      this.allowances.set(caller.name, allowance);
    }
    return allowance;
  }

  /** In the form of draft-ietf-httpapi-ratelimit-headers. */
  private tell(ctx: Context, allowance: Allowance): void {
    const now = this.clock.now();
    const fullS = Math.ceil(allowance.fullMs(now) / 1000);
    ctx.set('ratelimit-policy', this.policy);
    ctx.set('ratelimit', `${POLICY};r=${allowance.remaining(now)};t=${fullS}`);
  }
}
