import type { RouterContext } from '@koa/router';
import { DomainError } from '../../domain/errors.ts';
import type { Queries } from '../../store/queries.ts';
import type { Locale } from '../locale/locale.ts';
import { ProblemError } from '../problems.ts';

/** What is wrong although everything works. */
export interface AlarmSource {
  /** Names of the alarms that are raised. */
  active(): readonly string[];
}

export interface HealthSources {
  readonly queries: Pick<Queries, 'ping'>;
  readonly isOpen: () => boolean;
  readonly alarms: AlarmSource;
}

/** `GET /health`: whether Redis answers, and was found to fit; and alarms, but only where there are some. */
export function healthHandler({ queries, isOpen, alarms }: HealthSources, { words }: Locale) {
  async function answers(): Promise<boolean> {
    try {
      await queries.ping();
      return true;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return false;
    }
  }

  return async function health(ctx: RouterContext): Promise<void> {
    if (!(await answers()) || !isOpen()) {
      throw new ProblemError('store-unavailable', '', { members: { redis: words.disconnected } });
    }
    const raised = alarms.active();
    ctx.body = {
      status: words.healthy,
      redis: words.connected,
      ...(raised.length === 0 ? {} : { alarms: raised }),
    };
  };
}
