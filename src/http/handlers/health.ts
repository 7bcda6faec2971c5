import type { RouterContext } from '@koa/router';
import { DomainError } from '../../domain/errors.ts';
import type { Queries } from '../../store/queries.ts';
import type { Locale } from '../locale/locale.ts';
import { ProblemError } from '../problems.ts';

/** `GET /health`: whether Redis answers, and was found to fit. */
export function healthHandler(
  queries: Pick<Queries, 'ping'>,
  isOpen: () => boolean,
  { words }: Locale,
) {
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
    ctx.body = { status: words.healthy, redis: words.connected };
  };
}
