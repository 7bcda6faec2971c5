import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { RedisTls } from '../../runtime/redis-settings.ts';

/** What Node.js is told about an encrypted connection. */
export function tlsOptions({ ca, cert, key, serverName, verify }: RedisTls): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: verify,
  };
}

const FOREIGN =
  'the certificate of Redis is signed by none of those in REDIS_TLS_CA_FILE or, without it, of those Node.js trusts';

const WANTS_CERTIFICATE =
  'Redis closed the connection: if it wants a certificate of ours, set REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE';

/** What is to be done about what goes wrong while a connection is made, by its code. */
const ADVICE: Readonly<Partial<Record<string, string>>> = {
  SELF_SIGNED_CERT_IN_CHAIN: FOREIGN,
  DEPTH_ZERO_SELF_SIGNED_CERT: FOREIGN,
  UNABLE_TO_GET_ISSUER_CERT: FOREIGN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: FOREIGN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: FOREIGN,
  CERT_SIGNATURE_FAILURE: FOREIGN,
  CERT_HAS_EXPIRED: 'the certificate of Redis has expired: renew it there',
  CERT_NOT_YET_VALID: 'the certificate of Redis is not in force yet: look at the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate of Redis is for another name: set REDIS_TLS_SERVER_NAME to one it is for',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    'Redis does not trust the certificate in REDIS_TLS_CERT_FILE: its tls-ca-cert-file needs who signed it',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'Redis refuses the certificate in REDIS_TLS_CERT_FILE',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the certificate in REDIS_TLS_CERT_FILE has expired',
};

/** Often there is no time for a reason to arrive before the connection is closed. */
const MAY_NOT_TRUST =
  'Redis closed the connection: its log says why; it may not trust the certificate in REDIS_TLS_CERT_FILE';

/** Of encrypted connections: Redis waits for the end of what it takes for a command. */
const PLAIN_PORT =
  'no answer in TLS: if that port of Redis is a plain one, unset REDIS_TLS (and write redis:// in REDIS_URL), or name its tls-port';

const TLS_PORT =
  'Redis closed the connection: if that port takes TLS only, set REDIS_TLS=true (or write rediss:// in REDIS_URL)';

const CLOSED = ['ECONNRESET', 'EPIPE'];

/**
 * Says what can be done about a connection that could not be made.
 * @param tls its options; `undefined` for a plain one
 * @returns the error itself when there is nothing to say about it
 */
export function advised(error: Error, tls: Pick<TlsOptions, 'cert'> | undefined): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  const advice = tls === undefined ? adviceWhenPlain(code) : adviceWhenEncrypted(code, tls);
  if (advice === undefined) return error;
  return Object.assign(new Error(`${advice} (${code})`, { cause: error }), { code });
}

function adviceWhenPlain(code: string): string | undefined {
  return CLOSED.includes(code) ? TLS_PORT : undefined;
}

function adviceWhenEncrypted(code: string, { cert }: Pick<TlsOptions, 'cert'>): string | undefined {
  if (code === 'ETIMEDOUT' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') return PLAIN_PORT;
  if (CLOSED.includes(code)) return cert === undefined ? WANTS_CERTIFICATE : MAY_NOT_TRUST;
  return ADVICE[code];
}
