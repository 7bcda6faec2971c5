import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisTls } from '../runtime/redis-settings.ts';
import type { RedisSettingsGiven } from './schema-redis.ts';

type FileSetting = 'REDIS_TLS_CA_FILE' | 'REDIS_TLS_CERT_FILE' | 'REDIS_TLS_KEY_FILE';

/** Every certificate of a PEM file that has several. */
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads the files that encrypted connections need, of valid settings.
 * @returns what they hold, and a line for each that cannot be used
 */
export function readTls(settings: RedisSettingsGiven): {
  tls: RedisTls;
  problems: readonly string[];
} {
  const problems: string[] = [];
  const read = (name: FileSetting, check: (text: string) => string | undefined) => {
    const { [name]: file } = settings;
    if (file === undefined) return undefined;
    const { text, problem = check(text) } = readText(file);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    return text;
  };
  const cert = read('REDIS_TLS_CERT_FILE', problemOfCertificates);
  const tls = {
    ca: read('REDIS_TLS_CA_FILE', problemOfCertificates),
    cert,
    key: read('REDIS_TLS_KEY_FILE', (text) => problemOfKey(text, cert)),
    serverName: settings.REDIS_TLS_SERVER_NAME,
    verify: settings.REDIS_TLS_VERIFY === 'true',
  };
  return { tls, problems };
}

function readText(file: string): { text: string; problem?: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { text: '', problem: `cannot be read (${code}), is ${JSON.stringify(file)}` };
  }
}

/** One that is in force is enough: files of authorities keep their former ones. */
function problemOfCertificates(text: string): string | undefined {
  const certificates = (text.match(CERTIFICATES) ?? []).map(parseCertificate);
  if (certificates.length === 0) return 'holds no certificate (PEM)';
  if (certificates.includes(undefined)) return 'holds a certificate that is damaged';
  const ends = certificates.map((one) => one?.validTo ?? '');
  const isOver = ends.every((end) => Date.parse(end) < Date.now());
  return isOver ? `its certificate expired on ${ends[0]}: renew it` : undefined;
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function problemOfKey(text: string, cert: string | undefined): string | undefined {
  try {
    const key = createPrivateKey(text);
    const [first] = cert?.match(CERTIFICATES) ?? [];
    const certificate = first === undefined ? undefined : parseCertificate(first);
    if (certificate === undefined || certificate.checkPrivateKey(key)) return undefined;
    return 'is not the key of the certificate in REDIS_TLS_CERT_FILE';
  } catch {
    return 'holds no private key (PEM) that can be read without a passphrase';
  }
}
