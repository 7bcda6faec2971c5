import type { RouterContext } from '@koa/router';
import type { StoreReadiness } from '../../store/readiness.ts';
import type { Locale } from '../locale/locale.ts';
import { ProblemError } from '../problems.ts';

/** What readiness depends on. */
export interface ReadinessSources {
  readonly store: () => Promise<StoreReadiness>;
  /** Whether expired-key events reach this process; absent where it waits for none. */
  readonly eventMode?: () => string;
  /** Whether this process wants work. */
  readonly intake: () => string;
}

/** Every check, and the states that do not stand in the way of work. */
const PASSING = {
  redis: ['connected'],
  // Unknown where Redis does not permit to ask; where it is unreachable, that says it.
  role: ['master', 'unknown'],
  scripts: ['loaded', 'unknown'],
  // Without events the due timer carries on alone; unproven, they are about to be proven.
  events: ['on', 'degraded'],
  intake: ['open'],
} satisfies Readonly<Record<string, readonly string[]>>;

/** The names of the checks, in the order in which they are told. */
const CHECKS = Object.keys(PASSING) as readonly (keyof typeof PASSING)[];

type Checks = { readonly [Name in (typeof CHECKS)[number]]?: string };

/** `GET /livez`: that the process answers, whatever is the matter with others. */
export function livezHandler({ words }: Locale) {
  return function livez(ctx: RouterContext): void {
    ctx.body = { status: words.alive };
  };
}

/** `GET /readyz`: whether to send work here, check by check; its states are for programs. */
export function readyzHandler(sources: ReadinessSources, { words }: Locale) {
  return async function readyz(ctx: RouterContext): Promise<void> {
    const checks = await check(sources);
    const missing = CHECKS.filter((name) => !passes(name, checks[name]));
    if (missing.length > 0) {
      const subject = missing.map((name) => `${name}: ${checks[name]}`).join(', ');
      throw new ProblemError('not-ready', subject, { members: { checks } });
    }
    ctx.body = { status: words.ready, checks };
  };
}

async function check({ store, eventMode, intake }: ReadinessSources): Promise<Checks> {
  const redis = await store();
  const events = eventMode === undefined ? {} : { events: eventMode() };
  return { ...redis, ...events, intake: intake() };
}

/** A check that is not made here passes. */
function passes(name: keyof typeof PASSING, state: string | undefined): boolean {
  const passing: readonly string[] = PASSING[name];
  return state === undefined || passing.includes(state);
}
