import { randomBytes } from 'node:crypto';
import { MessageExistsError, MessageNotFoundError } from '../domain/errors.ts';
import type { ClaimedMessage, NewMessage } from '../domain/message.ts';
import type { Settlement, SettleResult } from '../domain/settlement.ts';
import { type AttemptRecord, decodeClaimed, encodeAttempt, encodeMessage } from './codec.ts';
import type { DueHints } from './due-hints.ts';
import type { Keys } from './keys.ts';
import type { ScriptReply, Scripts } from './scripts.ts';

/** What a claim took, and whether more of the partition is due. */
export interface ClaimBatch {
  readonly messages: readonly ClaimedMessage[];
  readonly moreDue: boolean;
}

export interface ClaimRequest {
  readonly partition: number;
  /** Most messages to take. */
  readonly limit: number;
  /** How long the messages are ours, in ms. */
  readonly leaseMs: number;
  /** From `newToken()`. Repeating a claim with the same token returns the same batch. */
  readonly token: string;
}

/** A claim stops taking messages when their payloads come to this many bytes. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** A random token, short enough to sit in every message: 72 bits. */
export function newToken(): string {
  return randomBytes(9).toString('base64url');
}

export interface MessageStoreOptions {
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
  /** The name of this process; claims are recorded under it. */
  readonly replica: string;
  /** Most entries each partition's delivery log keeps (approximately). */
  readonly deliveryLogLength: number;
}

/** The state machine of messages: one method per transition, one Lua script behind each. */
export class MessageStore {
  private readonly options: MessageStoreOptions;

  constructor(options: MessageStoreOptions) {
    this.options = options;
  }

  /**
   * (absent) → scheduled.
   * @throws MessageExistsError when the id is taken
   */
  async schedule(message: NewMessage): Promise<void> {
    const { id, dueAt } = message;
    const [tag, ...times] = await this.options.scripts.run('schedule', this.messageKeys(id), [
      id,
      dueAt,
      newToken(),
      ...encodeMessage(message),
    ]);
    if (tag === 'exists') throw new MessageExistsError(id);
    this.hint(id, times);
  }

  /**
   * scheduled | delivering | failed → (removed).
   * @returns whether a request is under way: it cannot be recalled, but no further one follows
   * @throws MessageNotFoundError when no such message is stored
   */
  async cancel(id: string): Promise<{ inFlight: boolean }> {
    const keys = [...this.messageKeys(id), this.failedIndex(id)];
    const [tag] = await this.options.scripts.run('cancel', keys, [id]);
    if (tag === 'not-found') throw new MessageNotFoundError(id);
    return { inFlight: tag === 'cancelled-in-flight' };
  }

  /** scheduled → delivering, for up to `limit` due messages of a partition. */
  async claim({ partition, limit, leaseMs, token }: ClaimRequest): Promise<ClaimBatch> {
    const { scripts, keys, hints, replica } = this.options;
    const [, now, nextId, nextDueAt, ...messages] = await scripts.run(
      'claim',
      [keys.dueIndex(partition), keys.claimRecord(partition, replica)],
      [
        token,
        limit,
        leaseMs,
        keys.messagePrefix(partition),
        keys.shadowPrefix(partition),
        MAX_BATCH_BYTES,
      ],
    );
    const dueInMs = nextDueAt === '' ? Number.POSITIVE_INFINITY : Number(nextDueAt) - Number(now);
    if (dueInMs > 0) hints.announce({ partition, id: String(nextId), dueInMs });
    return {
      messages: messages.map((fields) => decodeClaimed(fields as string[], Number(now))),
      moreDue: dueInMs <= 0,
    };
  }

  /**
   * delivering → whatever the settlement says. Only the holder of the claim token can settle; safe to
   * repeat until an answer arrives.
   * @param record what the delivery log keeps of the attempt; a release leaves no entry
   */
  async settle(
    claimed: ClaimedMessage,
    settlement: Settlement,
    record: AttemptRecord,
  ): Promise<SettleResult> {
    const [tag, ...times] = await this.runSettlement(claimed, settlement, record);
    this.hint(claimed.id, times);
    return tag as SettleResult;
  }

  private runSettlement(
    { id, claimToken }: ClaimedMessage,
    settlement: Settlement,
    record: AttemptRecord,
  ): Promise<ScriptReply> {
    const { scripts, deliveryLogLength } = this.options;
    const keys = this.messageKeys(id);
    const log = [deliveryLogLength, ...encodeAttempt(id, record)];
    switch (settlement.kind) {
      case 'complete':
        return scripts.run('complete', [...keys, this.deliveryLog(id)], [id, claimToken, ...log]);
      case 'retry': {
        const { delayMs, error } = settlement;
        const args = [id, claimToken, delayMs, error, ...log];
        return scripts.run('retry', [...keys, this.deliveryLog(id)], args);
      }
      case 'fail': {
        const failKeys = [...keys, this.failedIndex(id), this.deliveryLog(id)];
        return scripts.run('fail', failKeys, [id, claimToken, settlement.error, ...log]);
      }
      case 'release':
        return scripts.run('release', keys, [id, claimToken]);
    }
  }

  /** Announces the due time a reply carries; replies without one carry no times. */
  private hint(id: string, [now, dueAt]: readonly unknown[]): void {
    if (dueAt === undefined) return;
    const { hints, keys } = this.options;
    hints.announce({
      partition: keys.partitionOf(id),
      id,
      dueInMs: Number(dueAt) - Number(now),
    });
  }

  private messageKeys(id: string): string[] {
    const { keys } = this.options;
    return [keys.message(id), keys.shadow(id), keys.dueIndex(keys.partitionOf(id))];
  }

  private failedIndex(id: string): string {
    return this.options.keys.failedIndex(this.options.keys.partitionOf(id));
  }

  private deliveryLog(id: string): string {
    return this.options.keys.deliveryLog(this.options.keys.partitionOf(id));
  }
}
