import { createSecretKey } from 'node:crypto';
import type { PayloadKey } from '../runtime/payload-key.ts';

type Given = Readonly<{ PAYLOAD_KEYS?: string }>;

const ENTRY = /^([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/;

const KEY_BYTES = 32;

/** What is wrong with the keys, a line for each. Nothing that may be a key is shown. */
export function payloadKeyProblems(given: Given): string[] {
  const entries = readEntries(given);
  const ids = entries.map((entry) => entry?.id);
  return entries.flatMap((entry, index) => {
    if (entry === undefined) {
      return `PAYLOAD_KEYS: entry ${index + 1} must be id:key, the key 32 bytes in base64`;
    }
    const isTaken = ids.indexOf(entry.id) < index;
    return isTaken ? `PAYLOAD_KEYS: the id ${entry.id} is taken twice` : [];
  });
}

/** The keys of valid settings: the first one encrypts, all decrypt. */
export function toPayloadKeys(given: Given): PayloadKey[] {
  return readEntries(given).flatMap((entry) => entry ?? []);
}

function readEntries({ PAYLOAD_KEYS: list }: Given): (PayloadKey | undefined)[] {
  return list === undefined ? [] : list.split(',').map((text) => readEntry(text.trim()));
}

function readEntry(text: string): PayloadKey | undefined {
  const [, id = '', encoded = ''] = ENTRY.exec(text) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length === KEY_BYTES ? { id, key: createSecretKey(bytes) } : undefined;
}
