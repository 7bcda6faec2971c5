import type { NewMessage } from '../domain/message.ts';
import { encodeMessage } from './codec.ts';
import type { Connections } from './connections/connections.ts';
import { answered } from './errors.ts';
import type { Keys } from './keys.ts';
import { scanKeys } from './scan.ts';
import type { Scripts } from './scripts.ts';
import { keyIdOf, type Sealing } from './sealing.ts';

/** `look` writes nothing: it says what `write` would do. */
export type TransferMode = 'look' | 'write';

/** The fields of a message's hash, as Redis holds them; those a later version adds included. */
export type StoredFields = Readonly<Record<string, string>>;

/** A stored message with the fields without which it could not be put back. */
export interface StoredMessage {
  readonly fields: StoredFields;
  readonly id: string;
  /** One whose attempt was under way is put back as scheduled; that attempt counts as spent. */
  readonly status: 'scheduled' | 'failed';
  /** When it is due or, for a failed one, when it failed: epoch ms. */
  readonly at: number;
}

/** What became of a message, and whether its due time had passed by then. */
export interface Transferred<Verdict extends string> {
  readonly verdict: Verdict;
  readonly pastDue: boolean;
}

/**
 * `imported`: scheduled; `converted`: its string became a message, in place; `already`: done before;
 * `taken`: its key holds something else; `changed`: its string is not what was read any more.
 */
export type AdoptVerdict = 'imported' | 'converted' | 'already' | 'taken' | 'changed';

/** `exists`: left alone; `taken`: its key holds something else than a message. */
export type RestoreVerdict = 'restored' | 'exists' | 'taken';

export type RemoveVerdict = 'removed' | 'changed' | 'not-found';

/** One step of a walk over all messages. */
export interface WalkStep {
  readonly messages: readonly StoredFields[];
  /** Keys that look like messages of ours and are none. */
  readonly foreign: number;
}

/** Fields that belong to a claim or a request under way: they mean nothing anywhere else. */
const TRANSIENT_FIELDS = ['claim', 'leaseUntil'];

/**
 * How long it is remembered what was imported from the old service, in ms: a second run within 30 days
 * does not bring back what was delivered in between.
 */
const IMPORT_RECORD_MS = 30 * 24 * 60 * 60 * 1000;

/** Moves messages into Redis and out of it, while the service runs or not. */
export class Transfer {
  private readonly connections: Connections;
  private readonly scripts: Scripts;
  private readonly keys: Keys;

  private readonly sealing: Sealing;

  constructor(parts: {
    connections: Connections;
    scripts: Scripts;
    keys: Keys;
    sealing: Sealing;
  }) {
    this.connections = parts.connections;
    this.scripts = parts.scripts;
    this.keys = parts.keys;
    this.sealing = parts.sealing;
  }

  /** All messages, in batches, transient fields left out. One may come twice, as with any SCAN. */
  async *walk(): AsyncGenerator<WalkStep> {
    for (const master of this.connections.masters()) {
      for await (const keys of scanKeys(master.server(), this.keys.messagePattern(), 'hash')) {
        yield await this.read(keys.map(String));
      }
    }
  }

  private async read(names: readonly string[]): Promise<WalkStep> {
    const { commands } = this.connections;
    const hashes = await Promise.all(names.map((key) => answered(commands.hgetall(key))));
    const present = hashes.filter((hash) => Object.keys(hash).length > 0);
    const messages = hashes.filter((hash, i) => this.isMessage(names[i], hash));
    return { messages: messages.map(withoutTransient), foreign: present.length - messages.length };
  }

  /** (absent) or a string of the old service → scheduled. */
  adopt(
    message: NewMessage,
    legacyText: string,
    mode: TransferMode,
  ): Promise<Transferred<AdoptVerdict>> {
    const { id, dueAt } = message;
    const keys = [...this.scheduleKeys(id), this.keys.importRecord(this.keys.partitionOf(id))];
    const fields = encodeMessage(message, this.sealing);
    const args = [id, dueAt, legacyText, mode, IMPORT_RECORD_MS, ...fields];
    return this.transfer('adopt', keys, args);
  }

  /**
   * The same fields, decrypted.
   * @throws SealError when one cannot be
   */
  reveal(fields: StoredFields): StoredFields {
    return mapSealed(fields, (id, name, text) => this.sealing.open(id, name, text));
  }

  /** (absent) → the state the message was exported in, encrypted as what is new is. */
  async restore(
    { fields, id, status, at }: StoredMessage,
    mode: TransferMode,
  ): Promise<Transferred<RestoreVerdict>> {
    const { status: _asExported, ...others } = mapSealed(withoutTransient(fields), (...part) =>
      this.sealing.reseal(...part),
    );
    const args = [id, status, at, mode, ...Object.entries(others).flat()];
    const done = await this.transfer<RestoreVerdict>('restore', this.allKeys(id), args);
    return status === 'failed' ? { ...done, pastDue: false } : done;
  }

  /** Any state → (removed), if the message still has exactly the fields that `walk` gave. */
  async remove(fields: StoredFields): Promise<RemoveVerdict> {
    const { id = '' } = fields;
    const transient = ` ${TRANSIENT_FIELDS.join('  ')} `;
    const args = [id, transient, ...Object.entries(fields).flat()];
    const keys = [...this.allKeys(id), this.keys.deliveringIndex(this.keys.partitionOf(id))];
    const [tag] = await this.scripts.run('remove', keys, args);
    return tag as RemoveVerdict;
  }

  /** How many messages the indexes know, of all partitions. */
  async count(): Promise<number> {
    const indexes = this.keys
      .allPartitions()
      .flatMap((partition) => [this.keys.dueIndex(partition), this.keys.failedIndex(partition)]);
    const sizes = await Promise.all(
      indexes.map((key) => answered(this.connections.commands.zcard(key))),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  private async transfer<Verdict extends string>(
    script: 'adopt' | 'restore',
    keys: string[],
    args: (string | number)[],
  ): Promise<Transferred<Verdict>> {
    const [tag, now, at] = await this.scripts.run(script, keys, args);
    return { verdict: tag as Verdict, pastDue: at !== undefined && Number(at) <= Number(now) };
  }

  /** Whether a hash is a message of this layout: the key of its id is the key it lies under. */
  private isMessage(key: string | undefined, { id, status }: StoredFields): boolean {
    return id !== undefined && status !== undefined && this.keys.message(id) === key;
  }

  private scheduleKeys(id: string): string[] {
    const { keys } = this;
    return [keys.message(id), keys.shadow(id), keys.dueIndex(keys.partitionOf(id))];
  }

  private allKeys(id: string): string[] {
    return [...this.scheduleKeys(id), this.keys.failedIndex(this.keys.partitionOf(id))];
  }
}

function withoutTransient(fields: StoredFields): StoredFields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => !TRANSIENT_FIELDS.includes(name)),
  );
}

/** The fields of a message that are encrypted where there are keys. */
const SEALED_FIELDS = ['payload', 'headers'] as const;

function mapSealed(
  fields: StoredFields,
  change: (id: string, name: (typeof SEALED_FIELDS)[number], text: string) => string,
): StoredFields {
  const { id = '' } = fields;
  const changed = SEALED_FIELDS.flatMap((name) => {
    const { [name]: text } = fields;
    return text === undefined ? [] : [[name, change(id, name, text)]];
  });
  return { ...fields, ...Object.fromEntries(changed) };
}

/** The ids of the keys a message is encrypted with. */
export function keyIdsOf(fields: StoredFields): ReadonlySet<string> {
  const ids = SEALED_FIELDS.map((name) => keyIdOf(fields[name] ?? ''));
  return new Set(ids.filter((id) => id !== undefined));
}
