import type { RouterContext } from '@koa/router';
import { DomainError } from '../../domain/errors.ts';
import type { Queries } from '../../store/queries.ts';
import type { Locale } from '../locale/locale.ts';
import { ProblemError } from '../problems.ts';

/** `GET /health`: whether Redis answers. */
export function healthHandler(queries: Pick<Queries, 'ping'>, { words }: Locale) {
  return async function health(ctx: RouterContext): Promise<void> {
    try {
      await queries.ping();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new ProblemError('store-unavailable', '', { members: { redis: words.disconnected } });
    }
    ctx.body = { status: words.healthy, redis: words.connected };
  };
}
