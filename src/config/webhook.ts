import { type DestinationPolicy, isCidr } from '../domain/destinations.ts';
import type { RetryPolicy } from '../domain/retry-policy.ts';
import { parseSecret, parseSigningKey } from '../domain/signing-keys.ts';
import {
  CIDR_LIST,
  ED25519_LIST,
  HOST_LIST,
  PROXY_URL,
  SECRET_LIST,
  type WebhookSettings,
} from './schema-webhook.ts';

/** How webhooks are sent. */
export interface WebhookConfig {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly leaseMs: number;
  readonly concurrency: number;
  /** Most attempts in flight at one receiver. */
  readonly hostConcurrency: number;
  /** When a receiver that keeps failing is left alone. */
  readonly breaker: {
    readonly threshold: number;
    readonly openMs: number;
    readonly capMs: number;
  };
  readonly retry: RetryPolicy;
  readonly destinations: DestinationPolicy;
  /** URL of the proxy they go through. */
  readonly proxy: string | undefined;
  /** What they are signed with, as it is set, the newest first. */
  readonly signing: {
    readonly secrets: readonly string[];
    readonly ed25519Keys: readonly string[];
  };
}

/** A name, or all below one; what ends in a number would be an address. */
const HOST = /^(?:\*\.)?(?:[a-z\d_-]+\.)*(?!\d+$)[a-z\d_-]+$/i;

/** Checks of the formats that settings of webhooks have. */
export const WEBHOOK_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  [CIDR_LIST]: (text) => toList(text).every(isCidr),
  [HOST_LIST]: (text) => toList(text).every((host) => HOST.test(host)),
  [PROXY_URL]: isProxy,
  [SECRET_LIST]: (text) => toList(text).every((item) => parseSecret(item) !== undefined),
  [ED25519_LIST]: (text) => toList(text).every((item) => parseSigningKey(item) !== undefined),
};

/** How webhooks are sent, of valid settings. */
export function toWebhook(
  settings: WebhookSettings & Required<Pick<WebhookSettings, 'WEBHOOK_LEASE_MS'>>,
): WebhookConfig {
  return {
    timeoutMs: settings.WEBHOOK_TIMEOUT_MS,
    connectTimeoutMs: settings.WEBHOOK_CONNECT_TIMEOUT_MS,
    leaseMs: settings.WEBHOOK_LEASE_MS,
    concurrency: settings.WEBHOOK_CONCURRENCY,
    hostConcurrency: settings.WEBHOOK_HOST_CONCURRENCY,
    breaker: {
      threshold: settings.WEBHOOK_BREAKER_THRESHOLD,
      openMs: settings.WEBHOOK_BREAKER_OPEN_MS,
      capMs: settings.WEBHOOK_BREAKER_CAP_MS,
    },
    retry: {
      maxAttempts: settings.WEBHOOK_MAX_ATTEMPTS,
      baseMs: settings.WEBHOOK_RETRY_BASE_MS,
      factor: settings.WEBHOOK_RETRY_FACTOR,
      capMs: settings.WEBHOOK_RETRY_CAP_MS,
      jitter: settings.WEBHOOK_RETRY_JITTER,
      retryAfterCapMs: settings.WEBHOOK_RETRY_AFTER_CAP_MS,
    },
    destinations: {
      networks: settings.WEBHOOK_NETWORKS,
      allowCidrs: toList(settings.WEBHOOK_ALLOW_CIDRS),
      denyCidrs: toList(settings.WEBHOOK_DENY_CIDRS),
      allowHosts: toList(settings.WEBHOOK_ALLOW_HOSTS),
    },
    proxy: settings.WEBHOOK_PROXY,
    signing: {
      secrets: toList(settings.WEBHOOK_SECRETS),
      ed25519Keys: toList(settings.WEBHOOK_ED25519_KEYS),
    },
  };
}

function toList(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((item) => item.trim());
}

function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '';
}
