import { REDIS_URL_FORM } from '../runtime/redis-url.ts';
import { FLAG, type Flag, integer, secret } from './schema-kinds.ts';

/** The settings of where Redis is and how it is reached, once validated. */
export interface RedisSettingsGiven {
  REDIS_URL?: string;
  REDIS_HOST: string;
  REDIS_PORT: number;
  REDIS_SENTINELS?: string;
  REDIS_SENTINEL_NAME?: string;
  REDIS_SENTINEL_USERNAME?: string;
  REDIS_SENTINEL_PASSWORD?: string;
  REDIS_CLUSTER_NODES?: string;
  REDIS_USERNAME?: string;
  REDIS_PASSWORD?: string;
  REDIS_DB: number;
  REDIS_TLS?: Flag;
  REDIS_TLS_CA_FILE?: string;
  REDIS_TLS_CERT_FILE?: string;
  REDIS_TLS_KEY_FILE?: string;
  REDIS_TLS_SERVER_NAME?: string;
  REDIS_TLS_VERIFY: Flag;
  REDIS_TIMEOUT_MS: number;
}

/** The format of a list of servers; its name is what a message about a wrong one shows. */
export const ADDRESS_LIST = 'host:port,host:port';

const text = (description: string) => ({ type: 'string', description });

const addresses = (description: string) => ({ ...text(description), format: ADDRESS_LIST });

/** Their bounds, defaults and meaning, in the order of the reference. */
export const REDIS_PROPERTIES = {
  REDIS_URL: {
    ...secret(
      'Where Redis is and who we are there, in one; `rediss://` for TLS. Special characters of the password ' +
        'are percent-encoded. Instead of REDIS_HOST.',
    ),
    format: REDIS_URL_FORM,
  },
  REDIS_HOST: { ...text('Host of Redis.'), default: 'localhost' },
  REDIS_PORT: integer(1, 65535, 6379, 'Port of Redis.'),
  REDIS_SENTINELS: addresses(
    'Sentinels that know the master: `host:port`, separated by commas. Instead of REDIS_HOST.',
  ),
  REDIS_SENTINEL_NAME: text('What the sentinels call the master. Required with REDIS_SENTINELS.'),
  REDIS_SENTINEL_USERNAME: text('ACL user of the sentinels, where they have users.'),
  REDIS_SENTINEL_PASSWORD: secret('Password of the sentinels.'),
  REDIS_CLUSTER_NODES: addresses(
    'Some nodes of a Redis Cluster: `host:port`, separated by commas. Instead of REDIS_HOST.',
  ),
  REDIS_USERNAME: text('ACL user, where Redis has users.'),
  REDIS_PASSWORD: secret('Password of Redis.'),
  REDIS_DB: integer(0, 1_000_000, 0, 'Database number.'),
  REDIS_TLS: {
    ...FLAG,
    description:
      'Whether connections to Redis, its sentinels included, are encrypted. Default: `false`, unless ' +
      'REDIS_URL begins with `rediss://`.',
  },
  REDIS_TLS_CA_FILE: text(
    'PEM file of those who sign the certificates of Redis. Default: whom Node.js trusts.',
  ),
  REDIS_TLS_CERT_FILE: text('PEM file of our own certificate, where Redis asks for one.'),
  REDIS_TLS_KEY_FILE: text('PEM file of the key of REDIS_TLS_CERT_FILE.'),
  REDIS_TLS_SERVER_NAME: text(
    'Name the certificates of Redis are for, where that is not the address it is reached at.',
  ),
  REDIS_TLS_VERIFY: {
    ...FLAG,
    default: 'true',
    description:
      '`false`: any certificate is taken for that of Redis, and who is in between can read along.',
  },
  REDIS_TIMEOUT_MS: integer(
    50,
    60_000,
    1500,
    'A Redis command without an answer fails after this.',
  ),
} as const;
