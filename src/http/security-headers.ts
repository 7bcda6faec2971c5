import type { Middleware } from 'koa';

/**
 * Carried by every answer: it is read as what it says it is, kept nowhere, shown in no page and with nothing
 * loaded for it. No `strict-transport-security`: whether there is TLS only the proxy that ends it knows.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const PAIRS = Object.entries(SECURITY_HEADERS);

/** Goes first: what a later one answers, a refusal included, has them. */
export const securityHeaders: Middleware = ({ res }, next) => {
  for (const [name, value] of PAIRS) res.setHeader(name, value);
  return next();
};
