import type { RedisAddress, RedisSettings } from '../../src/runtime/redis-settings.ts';
import { UserError } from '../lib/user-error.mjs';

const FORM = 'redis://[[user]:password@]host[:port][/database]';

/** Enough for the largest message over a slow link, in ms. */
const COMMAND_TIMEOUT_MS = 10_000;

/**
 * Reads the URL of a Redis.
 * @throws UserError saying what is wrong; the URL, which may hold a password, is not repeated
 */
export function parseRedisUrl(text: string): RedisSettings {
  if (/^rediss:/i.test(text)) throw new UserError('TLS (rediss://) is not supported: use a tunnel');
  if (!/^redis:\/\//i.test(text) || !URL.canParse(text)) throw badUrl();
  const { hostname, port, username, password, pathname, search, hash } = new URL(text);
  const db = /^\/?(\d{0,6})$/.exec(pathname)?.[1];
  if (hostname === '' || db === undefined || search !== '' || hash !== '') throw badUrl();
  return {
    topology: {
      kind: 'standalone',
      // IPv6 addresses are in brackets only inside a URL.
      host: decode(hostname.replace(/^\[(.*)\]$/, '$1')),
      port: port === '' ? 6379 : Number(port),
    },
    username: username === '' ? undefined : decode(username),
    password: password === '' ? undefined : decode(password),
    db: Number(db),
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  };
}

/** Says which Redis it is, without secrets. */
export function redisName({ topology, db }: RedisSettings): string {
  switch (topology.kind) {
    case 'standalone':
      return `redis://${addressName(topology)}/${db}`;
    case 'sentinel':
      return `${topology.name}/${db} at the sentinels ${topology.sentinels.map(addressName).join(', ')}`;
    case 'cluster':
      return `the cluster of ${topology.nodes.map(addressName).join(', ')}`;
  }
}

function addressName({ host, port }: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl();
  }
}

function badUrl(): UserError {
  return new UserError(
    `that is no Redis URL: it looks like ${FORM}, special characters in the password percent-encoded`,
  );
}
