import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

/** A certificate with its key: as PEM, and as files that exist until the authority is removed. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateOptions {
  /** Host names and IP addresses it is for; this machine unless given. */
  readonly names?: readonly string[];
  /** In force from then on; since yesterday unless given. */
  readonly notBefore?: Date;
  /** In force until then; until tomorrow unless given. */
  readonly notAfter?: Date;
}

/** Who signs certificates, and whom those trust that are given its own. */
export interface Authority extends Pick<Certificate, 'cert' | 'certFile'> {
  /** Signs a certificate, which servers and clients can use alike. */
  issue(options?: CertificateOptions): Promise<Certificate>;
  /** Removes all files. */
  remove(): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

/** Small keys and quick signatures. */
const ALGORITHM = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** An instant so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

/**
 * Creates an authority that nobody trusts unless told to.
 * @param name what its certificate calls it
 */
export async function createAuthority(name = 'A test authority'): Promise<Authority> {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-certificates-'));
  const own = await generate([{ name: 'commonName', value: name }], {
    ...ALGORITHM,
    notBeforeDate: inDays(-1),
    notAfterDate: inDays(1),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  let issued = 0;
  const save = (file: string, text: string) => {
    const full = path.join(dir, file);
    writeFileSync(full, text, { mode: 0o600 });
    return full;
  };
  return {
    cert: own.cert,
    certFile: save('ca.crt', own.cert),
    issue: async (options = {}) => {
      const { cert, private: key } = await sign(options, { cert: own.cert, key: own.private });
      issued += 1;
      const files = { certFile: save(`${issued}.crt`, cert), keyFile: save(`${issued}.key`, key) };
      return { cert, key, ...files };
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Gives a suite an authority. */
export function useAuthority(name?: string): { readonly current: Authority } {
  const holder = { current: undefined as unknown as Authority };
  before(async () => {
    holder.current = await createAuthority(name);
  });
  after(() => holder.current.remove());
  return holder;
}

function sign(
  { names = THIS_MACHINE, notBefore = inDays(-1), notAfter = inDays(1) }: CertificateOptions,
  ca: { cert: string; key: string },
) {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  return generate([{ name: 'commonName', value: names[0] ?? '' }], {
    ...ALGORITHM,
    ca,
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
}
