import type { Logger } from '../runtime/logger.ts';
import type { Lease } from './lease.ts';
import type { Settler } from './settling.ts';

export interface DeferralOptions {
  readonly settle: Settler;
  readonly log: Logger;
}

/** Makes the dispatcher's function that gives a message back untried, its attempt unspent. */
export function createDeferral({ settle, log }: DeferralOptions) {
  return async function defer(lease: Lease, deferMs: number, signal: AbortSignal): Promise<void> {
    const { id, attempt } = lease.message;
    const record = { attempt, outcome: '', statusCode: 0, lateness: 0, duration: 0, error: '' };
    const result = await settle(lease, { kind: 'release', deferMs }, record, signal);
    log.debug({ id, deferMs, result }, 'deferred: its receiver had no place for it');
  };
}
