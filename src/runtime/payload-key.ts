import type { KeyObject } from 'node:crypto';

/** A key that payloads and headers are encrypted with in Redis. */
export interface PayloadKey {
  /** Stands in Redis beside what it encrypted; no secret. */
  readonly id: string;
  /** Of 256 bits. */
  readonly key: KeyObject;
}
