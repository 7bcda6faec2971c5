import { DAY_MS, integer } from './config-schema-kinds.ts';

/** The settings of what sends webhooks, once validated. */
export interface WebhookSettings {
  WEBHOOK_TIMEOUT_MS: number;
  WEBHOOK_LEASE_MS?: number;
  WEBHOOK_CONCURRENCY: number;
  WEBHOOK_MAX_ATTEMPTS: number;
  WEBHOOK_RETRY_BASE_MS: number;
  WEBHOOK_RETRY_FACTOR: number;
  WEBHOOK_RETRY_CAP_MS: number;
  WEBHOOK_RETRY_JITTER: number;
}

/** Their bounds, defaults and meaning, in the order of the reference. */
export const WEBHOOK_PROPERTIES = {
  WEBHOOK_TIMEOUT_MS: integer(
    1,
    600_000,
    30_000,
    'A whole attempt, from connecting to the end of the answer, takes no longer.',
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
} as const;
