/** What a token may be good for. */
export const SCOPES = ['read', 'write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** A token that callers may send, as far as this process keeps it. */
export interface ApiToken {
  /** Who it was given to; no secret. */
  readonly name: string;
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}
