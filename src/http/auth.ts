import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { ProblemError } from './problems.ts';

/**
 * Lets only requests through that carry the token; comparing takes the same time wherever they differ.
 * @param openPaths paths anyone may ask for
 */
export function bearerAuth(token: string, openPaths: ReadonlySet<string>): Middleware {
  const expected = digest(token);
  return (ctx, next) => {
    if (openPaths.has(ctx.path)) return next();
    const given = /^Bearer +(\S+) *$/i.exec(ctx.get('authorization'))?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new ProblemError('unauthorized', '', { headers: { 'www-authenticate': 'Bearer' } });
    }
    return next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
