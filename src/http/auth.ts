import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { ProblemError } from './problems.ts';

/**
 * Lets only requests through that carry the token; comparing takes the same time wherever they differ.
 * @param isOpenPath whether anyone may ask for a path
 */
export function bearerAuth(token: string, isOpenPath: (path: string) => boolean): Middleware {
  const expected = digest(token);
  return (ctx, next) => {
    if (isOpenPath(ctx.path)) return next();
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
