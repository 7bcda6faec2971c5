import type { RedisAddress } from './redis-settings.ts';

/** What the URL of a Redis says; what it does not say is `undefined`. */
export interface RedisUrl {
  /** Whether it begins with `rediss://`. */
  readonly tls: boolean;
  readonly address: RedisAddress;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number | undefined;
}

/** What such a URL looks like; special characters in the password are percent-encoded. */
export const REDIS_URL_FORM = 'redis[s]://[[user]:password@]host[:port][/database]';

/** @returns `undefined` when the text is no such URL */
export function parseRedisUrl(text: string): RedisUrl | undefined {
  const scheme = /^redis(s?):\/\//i.exec(text);
  if (scheme === null || !URL.canParse(text)) return undefined;
  const { hostname, port, username, password, pathname, search, hash } = new URL(text);
  const db = /^\/?(\d{0,6})$/.exec(pathname)?.[1];
  if (hostname === '' || db === undefined || search !== '' || hash !== '') return undefined;
  try {
    return {
      tls: scheme[1] !== '',
      address: {
        // IPv6 addresses are in brackets only inside a URL.
        host: decodeURIComponent(hostname.replace(/^\[(.*)\]$/, '$1')),
        port: port === '' ? 6379 : Number(port),
      },
      username: username === '' ? undefined : decodeURIComponent(username),
      password: password === '' ? undefined : decodeURIComponent(password),
      db: db === '' ? undefined : Number(db),
    };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
