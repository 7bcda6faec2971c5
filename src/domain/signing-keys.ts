import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What Standard Webhooks demands of a secret for HMAC-SHA256, in bytes. */
const SECRET_BYTES = { least: 24, most: 64 };

const SEED_BYTES = 32;

/** What goes before the 32 bytes of an ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A pair of ed25519 keys. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly publicKey: Buffer;
}

/**
 * Reads a secret as Standard Webhooks writes them.
 * @param text `whsec_` and base64 of 24 to 64 bytes
 * @returns `undefined` when it is none
 */
export function parseSecret(text: string): Buffer | undefined {
  const bytes = parseBase64(text, 'whsec_');
  if (bytes === undefined) return undefined;
  return bytes.length >= SECRET_BYTES.least && bytes.length <= SECRET_BYTES.most
    ? bytes
    : undefined;
}

/**
 * Reads an ed25519 key as Standard Webhooks writes them.
 * @param text `whsk_` and base64 of the 32 bytes of the key; the 32 of the public one may follow
 * @returns `undefined` when it is none, or the public one is that of another
 */
export function parseSigningKey(text: string): SigningKey | undefined {
  const bytes = parseBase64(text, 'whsk_');
  if (bytes?.length !== SEED_BYTES && bytes?.length !== 2 * SEED_BYTES) return undefined;
  const der = Buffer.concat([PKCS8_HEAD, bytes.subarray(0, SEED_BYTES)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(-SEED_BYTES);
  const stated = bytes.subarray(SEED_BYTES);
  return stated.length === 0 || stated.equals(publicKey) ? { privateKey, publicKey } : undefined;
}

/** Nothing is left out, nothing added: `Buffer` alone passes over what is no base64. */
function parseBase64(text: string, prefix: string): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded ? bytes : undefined;
}
