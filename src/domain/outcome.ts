/** What one HTTP attempt came to. Everything the receiver or the network can do ends in one of these. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly statusCode: number }
  | Rejection
  | { readonly kind: 'timeout'; readonly error: string }
  | { readonly kind: 'unreachable'; readonly error: string }
  /** Webhooks may not go where it leads: not sent, and not to be tried again. */
  | { readonly kind: 'refused'; readonly error: string }
  /** What is to be sent cannot be decrypted: not sent, and kept until it can be. */
  | { readonly kind: 'unreadable'; readonly error: string }
  /** Its `notAfter` had passed: not sent, and not to be sent any more. */
  | { readonly kind: 'expired'; readonly error: string }
  /** We gave up on our own side (drain deadline, lease nearly over): the attempt is not spent. */
  | { readonly kind: 'interrupted'; readonly error: string };

/** The receiver answered, and not with success. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly statusCode: number;
  readonly error: string;
  /** How its answer begins; absent when it had no body. */
  readonly answer?: string;
  /** After how many ms it asks to be tried again; absent when it does not say. */
  readonly retryAfterMs?: number;
}

/** Every kind of outcome; the compiler wants each of them here. */
const KINDS: Readonly<Record<Outcome['kind'], true>> = {
  delivered: true,
  rejected: true,
  timeout: true,
  unreachable: true,
  refused: true,
  unreadable: true,
  expired: true,
  interrupted: true,
};
export const OUTCOME_KINDS: readonly string[] = Object.keys(KINDS);

/** The receiver has gone for good (RFC 9110, 15.5.11). */
const GONE = 410;

/**
 * Classifies an HTTP answer. Only 2xx is success; redirects are never followed and count as rejected.
 * @param statusCode the status the receiver answered with
 */
export function classifyStatus(statusCode: number): Extract<Outcome, { statusCode: number }> {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode };
  return { kind: 'rejected', statusCode, error: `the receiver answered ${statusCode}` };
}

/** Whether a failed attempt is the last one, however many the message has left. */
export function isFinal(outcome: Outcome): boolean {
  if (outcome.kind === 'rejected') return outcome.statusCode === GONE;
  return ['refused', 'unreadable', 'expired'].includes(outcome.kind);
}
