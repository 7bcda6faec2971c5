import { MessageError } from '../domain/errors.ts';
import type { Commands } from './connections/connections.ts';
import { answered } from './errors.ts';
import type { Keys } from './keys.ts';
import type { ScheduleRequest } from './scheduling.ts';

/**
 * With more than one partition, a request's record lies beside its message, where another request under
 * the same key, with an id of another partition, would not meet it. So each key is first reserved in the
 * one partition that the key itself leads to.
 */
export class IdempotencyKeys {
  private readonly commands: Commands;
  private readonly keys: Keys;
  private readonly keptMs: number;

  /** @param keptMs how long a key is remembered, in ms */
  constructor(commands: Commands, keys: Keys, keptMs: number) {
    this.commands = commands;
    this.keys = keys;
    this.keptMs = keptMs;
  }

  /**
   * Whether the request has a key that leads to another partition than its id; otherwise the script meets
   * every other request under the key by itself.
   */
  isElsewhere({ message, idempotency }: ScheduleRequest): boolean {
    if (idempotency === undefined) return false;
    return this.keys.partitionOf(idempotency.key) !== this.keys.partitionOf(message.id);
  }

  /**
   * Reserves the request's key.
   * @returns a function that gives the key back, for a request that is then refused
   * @throws MessageError `key-reused` when another request has the key
   */
  async reserve({ message, idempotency }: ScheduleRequest): Promise<() => Promise<void>> {
    const { key = '', fingerprint = '' } = idempotency ?? {};
    const record = this.keys.idempotency(this.keys.partitionOf(key), key);
    if (await answered(this.commands.set(record, fingerprint, 'PX', this.keptMs, 'NX'))) {
      return async () => void (await answered(this.commands.del(record)));
    }
    const holder = await answered(this.commands.get(record));
    const isOurs = holder === null || holder.split(' ')[0] === fingerprint;
    if (!isOurs) throw new MessageError('key-reused', message.id);
    return async () => undefined;
  }
}
