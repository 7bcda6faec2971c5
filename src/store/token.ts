import { randomBytes } from 'node:crypto';

/** A random token, short enough to sit in every message: 72 bits. */
export function newToken(): string {
  return randomBytes(9).toString('base64url');
}
