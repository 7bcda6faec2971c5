import { DAY_MS, integer, secret } from './schema-kinds.ts';

/** Formats; their names are what a message about a wrong value shows. */
export const CIDR_LIST = '10.0.0.0/8,fd00::/8';
export const HOST_LIST = 'example.com,*.example.com';
export const PROXY_URL = 'http://host:port';
export const SECRET_LIST = 'whsec_<base64 of 24 to 64 bytes>,whsec_…';
export const ED25519_LIST = 'whsk_<base64 of the 32 bytes of a key>,whsk_…';

/** The settings of what sends webhooks, once validated. */
export interface WebhookSettings {
  WEBHOOK_TIMEOUT_MS: number;
  WEBHOOK_CONNECT_TIMEOUT_MS: number;
  WEBHOOK_LEASE_MS?: number;
  WEBHOOK_CONCURRENCY: number;
  WEBHOOK_HOST_CONCURRENCY: number;
  WEBHOOK_BREAKER_THRESHOLD: number;
  WEBHOOK_BREAKER_OPEN_MS: number;
  WEBHOOK_BREAKER_CAP_MS: number;
  WEBHOOK_MAX_ATTEMPTS: number;
  WEBHOOK_RETRY_BASE_MS: number;
  WEBHOOK_RETRY_FACTOR: number;
  WEBHOOK_RETRY_CAP_MS: number;
  WEBHOOK_RETRY_JITTER: number;
  WEBHOOK_RETRY_AFTER_CAP_MS: number;
  WEBHOOK_NETWORKS: 'public' | 'private' | 'any';
  WEBHOOK_ALLOW_CIDRS?: string;
  WEBHOOK_DENY_CIDRS?: string;
  WEBHOOK_ALLOW_HOSTS?: string;
  WEBHOOK_PROXY?: string;
  WEBHOOK_SECRETS?: string;
  WEBHOOK_ED25519_KEYS?: string;
}

/** Their bounds, defaults and meaning, in the order of the reference. */
export const WEBHOOK_PROPERTIES = {
  WEBHOOK_TIMEOUT_MS: integer(
    1,
    600_000,
    30_000,
    'A whole attempt, from connecting to the end of the answer, takes no longer.',
  ),
  WEBHOOK_CONNECT_TIMEOUT_MS: integer(
    1,
    600_000,
    10_000,
    'A connection that is not there after this is given up: name looked up, TLS agreed on.',
  ),
  WEBHOOK_LEASE_MS: {
    type: 'integer',
    minimum: 2,
    maximum: 3_600_000,
    description:
      'How long a claimed message is one replica’s; then another may take it over. At least ' +
      'WEBHOOK_TIMEOUT_MS plus 500; default: that plus 15 s.',
  },
  WEBHOOK_CONCURRENCY: integer(1, 10_000, 256, 'Most attempts in flight per process.'),
  WEBHOOK_HOST_CONCURRENCY: integer(
    1,
    10_000,
    64,
    'Most of these at one receiver (scheme, host and port): the rest is for the others.',
  ),
  WEBHOOK_BREAKER_THRESHOLD: integer(
    0,
    1_000_000,
    20,
    'Failures in a row after which a receiver is left alone for a while, its messages waiting; 0: never.',
  ),
  WEBHOOK_BREAKER_OPEN_MS: integer(
    1,
    DAY_MS,
    5000,
    'For how long: then one attempt is made, and after each that fails it is twice as long.',
  ),
  WEBHOOK_BREAKER_CAP_MS: integer(1, DAY_MS, 60_000, 'Never longer than this.'),
  WEBHOOK_MAX_ATTEMPTS: integer(1, 100, 5, 'Attempts before a message is kept as failed.'),
  WEBHOOK_RETRY_BASE_MS: integer(0, DAY_MS, 5000, 'Delay after the first failed attempt.'),
  WEBHOOK_RETRY_FACTOR: {
    type: 'number',
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Each further delay is this many times the one before.',
  },
  WEBHOOK_RETRY_CAP_MS: integer(0, 30 * DAY_MS, 3_600_000, 'No delay is longer.'),
  WEBHOOK_RETRY_JITTER: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.2,
    description: 'Share of a delay that is random: 0.2 is ±20 %.',
  },
  WEBHOOK_RETRY_AFTER_CAP_MS: integer(
    0,
    30 * DAY_MS,
    3_600_000,
    'Up to this a receiver that answers 429 or 503 with `Retry-After` decides when it is tried again.',
  ),
  WEBHOOK_NETWORKS: {
    type: 'string',
    enum: ['public', 'private', 'any'],
    default: 'private',
    description:
      'Where webhooks may go: `public` addresses only; those of `private` networks and of this machine ' +
      'too; or `any`, cloud metadata included.',
  },
  WEBHOOK_ALLOW_CIDRS: {
    type: 'string',
    format: CIDR_LIST,
    description: 'Addresses and ranges webhooks may go to all the same, separated by commas.',
  },
  WEBHOOK_DENY_CIDRS: {
    type: 'string',
    format: CIDR_LIST,
    description: 'Those they may never go to, whatever else permits it.',
  },
  WEBHOOK_ALLOW_HOSTS: {
    type: 'string',
    format: HOST_LIST,
    description: 'Names that may be at any address not denied, separated by commas.',
  },
  WEBHOOK_PROXY: {
    ...secret(
      'Proxy that webhooks go through, by CONNECT: `http://user:password@host:port`. HTTPS_PROXY is not ' +
        'looked at.',
    ),
    format: PROXY_URL,
  },
  WEBHOOK_SECRETS: {
    ...secret(
      'Secrets that webhooks are signed with (HMAC-SHA256), separated by commas, the newest first.',
    ),
    format: SECRET_LIST,
  },
  WEBHOOK_ED25519_KEYS: {
    ...secret('Private keys that webhooks are signed with (ed25519), likewise.'),
    format: ED25519_LIST,
  },
} as const;
