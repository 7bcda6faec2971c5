/** What one HTTP attempt came to. Everything the receiver or the network can do ends in one of these. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly statusCode: number }
  | { readonly kind: 'rejected'; readonly statusCode: number; readonly error: string }
  | { readonly kind: 'timeout'; readonly error: string }
  | { readonly kind: 'unreachable'; readonly error: string }
  /** Its `notAfter` had passed: not sent, and not to be sent any more. */
  | { readonly kind: 'expired'; readonly error: string }
  /** We gave up on our own side (drain deadline, lease nearly over): the attempt is not spent. */
  | { readonly kind: 'interrupted'; readonly error: string };

/** Every kind of outcome; the compiler wants each of them here. */
const KINDS: Readonly<Record<Outcome['kind'], true>> = {
  delivered: true,
  rejected: true,
  timeout: true,
  unreachable: true,
  expired: true,
  interrupted: true,
};
export const OUTCOME_KINDS: readonly string[] = Object.keys(KINDS);

/**
 * Classifies an HTTP answer. Only 2xx is success; redirects are never followed and count as rejected.
 * @param statusCode the status the receiver answered with
 */
export function classifyStatus(statusCode: number): Outcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode };
  return { kind: 'rejected', statusCode, error: `the receiver answered ${statusCode}` };
}
