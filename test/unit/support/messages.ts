import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { RetryPolicy } from '../../../src/domain/retry-policy.ts';

export const DEFAULT_POLICY: RetryPolicy = {
  maxAttempts: 5,
  baseMs: 5000,
  factor: 4,
  capMs: 3_600_000,
  jitter: 0.2,
  retryAfterCapMs: 3_600_000,
};

export function claimedMessage(id: string, over: Partial<ClaimedMessage> = {}): ClaimedMessage {
  return {
    id,
    webhookUrl: 'http://127.0.0.1:9/hook',
    payload: '{}',
    attempt: 1,
    scheduledFor: Date.UTC(2026, 0, 1),
    claimLateness: 0,
    expired: false,
    claimToken: 'token',
    ...over,
  };
}
