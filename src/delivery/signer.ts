import { createHash, createHmac, createSecretKey, type KeyObject, sign } from 'node:crypto';
import { parseSecret, parseSigningKey, type SigningKey } from '../domain/signing-keys.ts';

export interface SignerOptions {
  /** `whsec_…`, the newest first: while they change, receivers may have either. */
  readonly secrets: readonly string[];
  /** `whsk_…`, the newest first. */
  readonly ed25519Keys: readonly string[];
}

/** A public key as RFC 8037 writes it, and as Standard Webhooks does. */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly use: 'sig';
  /** Its thumbprint (RFC 7638). */
  readonly kid: string;
  readonly x: string;
  readonly whpk: string;
}

/** Signs webhooks as Standard Webhooks says: with every secret and key there is. */
export class Signer {
  private readonly secrets: readonly KeyObject[];
  private readonly keys: readonly SigningKey[];

  /** @throws Error for a secret or key that is none; it does not tell it */
  constructor({ secrets, ed25519Keys }: SignerOptions) {
    this.secrets = secrets.map((text) => createSecretKey(known(parseSecret(text), 'secret')));
    this.keys = ed25519Keys.map((text) => known(parseSigningKey(text), 'ed25519 key'));
  }

  /**
   * The headers that make a request genuine; none without a secret or a key.
   * @param id as it stands in the header. Its dots are encoded, too, for dots divide what is signed: an id
   *   must not be able to pass for an id, a time and the beginning of a body
   * @param body exactly as it is sent; empty where there is none
   * @param now epoch ms
   */
  headers(id: string, body: string, now: number): Record<string, string> {
    if (this.secrets.length === 0 && this.keys.length === 0) return {};
    const signedId = id.replaceAll('.', '%2E');
    const timestamp = String(Math.floor(now / 1000));
    const content = `${signedId}.${timestamp}.${body}`;
    return {
      'webhook-id': signedId,
      'webhook-timestamp': timestamp,
      'webhook-signature': [...this.symmetric(content), ...this.asymmetric(content)].join(' '),
    };
  }

  /** What receivers need to verify `v1a` signatures, the newest first. */
  publicKeys(): PublicKey[] {
    return this.keys.map(({ publicKey }) => {
      const x = publicKey.toString('base64url');
      return {
        kty: 'OKP',
        crv: 'Ed25519',
        use: 'sig',
        kid: createHash('sha256')
          .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
          .digest('base64url'),
        x,
        whpk: `whpk_${publicKey.toString('base64')}`,
      };
    });
  }

  private symmetric(content: string): string[] {
    return this.secrets.map(
      (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
    );
  }

  private asymmetric(content: string): string[] {
    if (this.keys.length === 0) return [];
    const bytes = Buffer.from(content);
    return this.keys.map(({ privateKey }) => {
      return `v1a,${sign(null, bytes, privateKey).toString('base64')}`;
    });
  }
}

function known<T>(parsed: T | undefined, what: string): T {
  if (parsed === undefined) throw new Error(`this is no ${what} for webhooks`);
  return parsed;
}
