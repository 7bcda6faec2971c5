import { DURABILITY_FORMAT, type Durability } from '../domain/durability.ts';
import { API_PROPERTIES, type ApiSettings } from './schema-api.ts';
import { DAY_MS, integer, secret } from './schema-kinds.ts';
import { REDIS_PROPERTIES, type RedisSettingsGiven } from './schema-redis.ts';
import { WEBHOOK_PROPERTIES, type WebhookSettings } from './schema-webhook.ts';

/** The settings as the environment gives them, once validated: types right, defaults filled in. */
export interface Settings extends ApiSettings, RedisSettingsGiven, WebhookSettings {
  KEY_PREFIX: string;
  PARTITIONS?: number;
  PAYLOAD_KEYS?: string;
  DURABILITY: Durability;
  RECONCILE_INTERVAL_MS: number;
  FAILED_RETENTION_MS: number;
  DELIVERY_LOG_LENGTH: number;
  DRAIN_TIMEOUT_MS: number;
  DRAIN_DELAY_MS: number;
  WORKERS: string;
  ROLE: 'all' | 'api' | 'worker';
  REPLICA_NAME?: string;
  LOG_LEVEL: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  LOG_FORMAT: 'auto' | 'json' | 'pretty';
}

/** What has no default and must be set. */
export const REQUIRED: readonly SettingName[] = ['API_TOKEN'];

/** Every setting there is, with its bounds, default and meaning. Order is that of the reference. */
export const SETTINGS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...API_PROPERTIES,
    ...REDIS_PROPERTIES,
    KEY_PREFIX: {
      type: 'string',
      pattern: '^[^{}\\s]*$',
      maxLength: 64,
      default: '',
      description: 'Goes first in every Redis key: up to 64 characters, no spaces and no braces.',
    },
    PARTITIONS: {
      type: 'integer',
      minimum: 1,
      maximum: 1024,
      description:
        'Groups the keys are spread over. Fixed once there are messages. Default: 1; 64 with a cluster.',
    },
    DURABILITY: {
      type: 'string',
      format: DURABILITY_FORMAT,
      default: 'memory',
      description:
        'How safe a change has to be before it is acknowledged: in the memory of Redis, received by so ' +
        'many replicas too, or on the disk of Redis.',
    },
    PAYLOAD_KEYS: secret(
      'Encrypts payload and headers of messages in Redis: `id:key`, separated by commas, each key 32 random ' +
        'bytes in base64. The first one encrypts, all decrypt.',
    ),
    ...WEBHOOK_PROPERTIES,
    RECONCILE_INTERVAL_MS: integer(
      100,
      DAY_MS,
      15_000,
      'Between two sweeps for messages that no event announced.',
    ),
    FAILED_RETENTION_MS: integer(
      1000,
      3650 * DAY_MS,
      30 * DAY_MS,
      'How long failed messages are kept.',
    ),
    DELIVERY_LOG_LENGTH: integer(
      1,
      10_000_000,
      10_000,
      'Attempts the delivery log keeps, about, per partition.',
    ),
    DRAIN_TIMEOUT_MS: integer(
      0,
      600_000,
      20_000,
      'On a stop, attempts in flight may go on for this long; then they are given back.',
    ),
    DRAIN_DELAY_MS: integer(
      0,
      600_000,
      0,
      'On a stop, everything goes on for this long after `/readyz` has said no, so that load balancers notice.',
    ),
    WORKERS: {
      type: 'string',
      pattern: '^(?:auto|[1-9]\\d?)$',
      default: '1',
      description:
        'Processes on this machine that share the work, 1 to 99; `auto`: one for each processor.',
    },
    ROLE: {
      type: 'string',
      enum: ['all', 'api', 'worker'],
      default: 'all',
      description:
        'What this process does: `api` takes requests, `worker` delivers (and answers the probes), `all` both.',
    },
    REPLICA_NAME: {
      type: 'string',
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description:
        'Name of this process in Redis and in logs, unique: up to 64 letters, digits and `.` `_` `-`. Default: ' +
        'host name, process id and a random part.',
    },
    LOG_LEVEL: {
      type: 'string',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      default: 'info',
      description: 'Least severe log lines written.',
    },
    LOG_FORMAT: {
      type: 'string',
      enum: ['auto', 'json', 'pretty'],
      default: 'auto',
      description:
        'Log lines as JSON for programs, or pretty for eyes; `auto`: pretty on a terminal, JSON elsewhere.',
    },
  },
} as const;

export type SettingName = keyof typeof SETTINGS_SCHEMA.properties;
