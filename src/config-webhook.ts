import type { WebhookSettings } from './config-schema-webhook.ts';
import type { RetryPolicy } from './domain/retry-policy.ts';

/** How webhooks are sent. */
export interface WebhookConfig {
  readonly timeoutMs: number;
  readonly leaseMs: number;
  readonly concurrency: number;
  readonly retry: RetryPolicy;
}

/** How webhooks are sent, of valid settings. */
export function toWebhook(
  settings: WebhookSettings & Required<Pick<WebhookSettings, 'WEBHOOK_LEASE_MS'>>,
): WebhookConfig {
  return {
    timeoutMs: settings.WEBHOOK_TIMEOUT_MS,
    leaseMs: settings.WEBHOOK_LEASE_MS,
    concurrency: settings.WEBHOOK_CONCURRENCY,
    retry: {
      maxAttempts: settings.WEBHOOK_MAX_ATTEMPTS,
      baseMs: settings.WEBHOOK_RETRY_BASE_MS,
      factor: settings.WEBHOOK_RETRY_FACTOR,
      capMs: settings.WEBHOOK_RETRY_CAP_MS,
      jitter: settings.WEBHOOK_RETRY_JITTER,
    },
  };
}
