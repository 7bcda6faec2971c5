import type { RedisAddress, RedisSettings, RedisTls } from '../../src/runtime/redis-settings.ts';
import { parseRedisUrl, REDIS_URL_FORM } from '../../src/runtime/redis-url.ts';
import { UserError } from '../lib/user-error.mjs';

/** Enough for the largest message over a slow link, in ms. */
const COMMAND_TIMEOUT_MS = 10_000;

/**
 * Reads the URL of a Redis.
 * @param readTls gives what encrypted connections need; called for a `rediss://` only
 * @throws UserError saying what is wrong; the URL, which may hold a password, is not repeated
 */
export function toRedisSettings(text: string, readTls: () => RedisTls): RedisSettings {
  const url = parseRedisUrl(text);
  if (url === undefined) {
    throw new UserError(
      `that is no Redis URL: it looks like ${REDIS_URL_FORM}, special characters in the password percent-encoded`,
    );
  }
  const { tls, address, username, password, db = 0 } = url;
  return {
    topology: { kind: 'standalone', ...address },
    username,
    password,
    db,
    tls: tls ? readTls() : undefined,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  };
}

/** Says which Redis it is, without secrets. */
export function redisName({ topology, db, tls }: RedisSettings): string {
  switch (topology.kind) {
    case 'standalone':
      return `redis${tls === undefined ? '' : 's'}://${addressName(topology)}/${db}`;
    case 'sentinel':
      return `${topology.name}/${db} at the sentinels ${topology.sentinels.map(addressName).join(', ')}`;
    case 'cluster':
      return `the cluster of ${topology.nodes.map(addressName).join(', ')}`;
  }
}

function addressName({ host, port }: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
