import { messageOf } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';

/** Webhooks may not go where this one leads; the message says why. */
export class RefusedDestinationError extends Error {
  override readonly name = 'RefusedDestinationError';
}

/** There was no connection in time. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';

  constructor(timeoutMs: number) {
    super(`no connection within ${timeoutMs} ms`);
  }
}

/** Longest error kept, in characters: a receiver can put much into a certificate. */
const LONGEST_ERROR = 500;

const UNKNOWN_AUTHORITY =
  'nobody this service trusts vouches for the certificate; to trust its authority, put the authority’s ' +
  'certificate into a file and its path into NODE_EXTRA_CA_CERTS';

const NO_TLS = 'no TLS could be agreed on; does the receiver speak it, or http:// only?';

/** What to do about errors of TLS that do not say it themselves, by code. */
const ADVICE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'the receiver has to renew it',
  CERT_NOT_YET_VALID: 'it begins later; if not, the clock of this machine is wrong',
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
};

/** What an attempt came to that brought no answer. */
export function toFailure(thrown: unknown): Outcome {
  const cause = causeOf(thrown);
  const error = describe(cause);
  if (cause instanceof RefusedDestinationError) return { kind: 'refused', error };
  if (cause instanceof ConnectTimeoutError) return { kind: 'timeout', error };
  return { kind: 'unreachable', error };
}

/** What the HTTP client wrapped. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
}

function describe(cause: unknown): string {
  // Several addresses were tried, each with its own error; together they have none.
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const texts = errors.map((error) => {
    const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? ''];
    return advice === undefined ? messageOf(error) : `${messageOf(error)} (${advice})`;
  });
  return texts.join('; ').replace(/\s+/g, ' ').trim().slice(0, LONGEST_ERROR);
}
