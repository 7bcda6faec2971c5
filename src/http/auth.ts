import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import type { ApiToken, Scope } from '../runtime/api-token.ts';
import { ProblemError } from './problems.ts';

/** Who sent a request, as far as its token says it. */
export type Caller = Pick<ApiToken, 'name' | 'scopes'>;

/** What a route asks of a token: one of its scopes, or none at all. */
export type Access = Scope | 'open';

/**
 * Lets only requests through that carry one of the tokens, and notes whose it is. Comparing takes the same
 * time whichever it is, and wherever another differs.
 * @param isOpenPath whether anyone may ask for a path
 */
export function bearerAuth(
  tokens: readonly ApiToken[],
  isOpenPath: (path: string) => boolean,
): Middleware {
  const known = tokens.map((token) => ({ token, digest: Buffer.from(token.sha256, 'hex') }));

  /** Looks at all of them, so that the time it takes does not tell which one it was. */
  function callerWith(given: string): Caller | undefined {
    const givenDigest = createHash('sha256').update(given).digest();
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, givenDigest));
    return match?.token;
  }

  return (ctx, next) => {
    if (isOpenPath(ctx.path)) return next();
    const given = /^Bearer +(\S+) *$/i.exec(ctx.get('authorization'))?.[1];
    const caller = given === undefined ? undefined : callerWith(given);
    if (caller === undefined) {
      throw new ProblemError('unauthorized', '', { headers: { 'www-authenticate': 'Bearer' } });
    }
    ctx.state.caller = caller;
    return next();
  };
}

/** Who sent a request: nobody known where no token is needed. */
export function callerOf({ state }: Pick<Context, 'state'>): Caller | undefined {
  return state.caller;
}

/** Goes before a route: lets those through whose token has the scope, and tells the others which one it is. */
export function requireScope(scope: Scope): Middleware {
  // RFC 6750, 3.1.
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  return (ctx, next) => {
    if (callerOf(ctx)?.scopes.includes(scope)) return next();
    throw new ProblemError('missing-scope', scope, { headers: { 'www-authenticate': challenge } });
  };
}
