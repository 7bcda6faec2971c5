import type { RouterContext } from '@koa/router';

/**
 * `GET /.well-known/jwks.json`: the public keys that webhooks can be verified with.
 * @param keys as JWKs (RFC 7517), the newest first
 */
export function webhookKeysHandler(keys: readonly object[]) {
  const text = JSON.stringify({ keys });
  return function read(ctx: RouterContext): void {
    ctx.body = text;
    ctx.type = 'application/json';
  };
}
