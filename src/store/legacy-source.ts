import { isUtf8 } from 'node:buffer';
import type { Redis } from 'ioredis';
import type { Connections } from './connections/connections.ts';
import { answered, errorCode } from './errors.ts';
import { Keys } from './keys.ts';
import { scanKeys } from './scan.ts';

/** A string of the old service; without its text when that is not UTF-8, which JSON has to be. */
export interface LegacyEntry {
  readonly key: string;
  readonly text: string | undefined;
}

/** The old service's layout: plain names, without prefix and partitions. */
export const LEGACY_KEYS = new Keys('', 1);

/** The key under which the old service keeps a message. */
export function legacyKey(id: string): string {
  return LEGACY_KEYS.message(id);
}

/** Reads the messages of the old service, one JSON string each, without changing anything. */
export class LegacySource {
  private readonly connections: Connections;

  constructor(connections: Connections) {
    this.connections = connections;
  }

  /** Every string under a message key, in batches; what goes meanwhile is left out. */
  async *walk(): AsyncGenerator<readonly LegacyEntry[]> {
    for (const master of this.connections.masters()) {
      const server = master.server();
      for await (const keys of scanKeys(server, LEGACY_KEYS.messagePattern(), 'string')) {
        const values = await Promise.all(keys.map((key) => this.read(server, key)));
        yield keys.flatMap((key, i) => toEntry(key, values[i] ?? null));
      }
    }
  }

  /** `null` when the string has gone, or has become a message since it was found. */
  private async read(server: Redis, key: Buffer): Promise<Buffer | null> {
    try {
      return await answered(server.getBuffer(key));
    } catch (error) {
      if (error instanceof Error && errorCode(error) === 'WRONGTYPE') return null;
      throw error;
    }
  }
}

function toEntry(key: Buffer, value: Buffer | null): LegacyEntry[] {
  if (value === null) return [];
  const readable = isUtf8(key) && isUtf8(value);
  return [{ key: key.toString(), text: readable ? value.toString() : undefined }];
}
