import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { PayloadKey } from '../runtime/payload-key.ts';

/** What is encrypted of a message: nobody searches it, and it is where secrets are. */
export type SealedField = 'payload' | 'headers' | 'answer';

/** A text cannot be decrypted; the message says why, and what is missing. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What is sealed begins so: no JSON does. */
const MARK = 'enc:v1:';

const SEALED = /^enc:v1:([A-Za-z0-9._-]{1,32}):([A-Za-z0-9_-]+)$/;

/**
 * Encrypts parts of messages before they go to Redis, and decrypts what comes from there: AES-256-GCM, each
 * text with an IV of its own, bound to its message and field, so that none can be put in another's place.
 * Without keys everything stays as it is.
 */
export class Sealing {
  private readonly keys: ReadonlyMap<string, PayloadKey>;
  private readonly first: PayloadKey | undefined;
  private readonly fingerprintKey: Buffer | undefined;

  /** @param keys the first one encrypts, all decrypt */
  constructor(keys: readonly PayloadKey[] = []) {
    [this.first] = keys;
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.fingerprintKey =
      this.first && Buffer.from(hkdfSync('sha256', this.first.key, '', 'fingerprint', 32));
  }

  /** @returns the text as it is to be stored */
  seal(id: string, field: SealedField, text: string): string {
    const { first } = this;
    if (first === undefined) return text;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, first.key, iv).setAAD(boundTo(id, field));
    const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${MARK}${first.id}:${Buffer.concat(parts).toString('base64url')}`;
  }

  /**
   * @param stored what `seal` gave, or a plain text, which stays as it is
   * @throws SealError when it is sealed and cannot be decrypted
   */
  open(id: string, field: SealedField, stored: string): string {
    if (!stored.startsWith(MARK)) return stored;
    const [, keyId = '', sealed = ''] = SEALED.exec(stored) ?? [];
    const found = this.keys.get(keyId);
    if (found === undefined) throw new SealError(`payload key "${keyId}" is not configured`);
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const decipher = createDecipheriv(CIPHER, found.key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(id, field)).setAuthTag(bytes.subarray(-TAG_BYTES));
      const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealError(
        `payload key "${keyId}" does not fit: it is another key of that name, or the ${field} was changed`,
        { cause: error },
      );
    }
  }

  /** As `open`; what cannot be decrypted stays as it is, for people to look at. */
  show(id: string, field: SealedField, stored: string): string {
    try {
      return this.open(id, field, stored);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      return stored;
    }
  }

  /** Encrypts anew, with the first key; what cannot be decrypted stays as it is. */
  reseal(id: string, field: SealedField, stored: string): string {
    const plain = this.show(id, field, stored);
    return keyIdOf(plain) === undefined ? this.seal(id, field, plain) : stored;
  }

  /** What tells requests apart: not to be guessed from by who has not the key. */
  fingerprint(plain: string): string {
    const { fingerprintKey: key } = this;
    return key === undefined ? plain : createHmac('sha256', key).update(plain).digest('base64url');
  }
}

/** The id of the key a stored text is encrypted with; `undefined` for a plain one. */
export function keyIdOf(stored: string): string | undefined {
  return SEALED.exec(stored)?.[1];
}

/** No id has a line end. */
function boundTo(id: string, field: SealedField): Buffer {
  return Buffer.from(`${id}\n${field}`);
}
