import type { ClaimedMessage } from '../domain/message.ts';
import type { Settlement, SettleResult } from '../domain/settlement.ts';
import {
  type AttemptRecord,
  CLAIMED_FIELDS,
  type ClaimedValues,
  decodeClaimed,
  encodeAttempt,
  encodeHistory,
  type Pairs,
} from './codec.ts';
import { announceDue, type DueHints } from './due-hints.ts';
import { Gatherer } from './gatherer.ts';
import type { Keys } from './keys.ts';
import type { ScriptReply, Scripts } from './scripts.ts';
import type { Sealing } from './sealing.ts';
import { newToken } from './token.ts';

/** What a claim took and what it deferred, and whether more of the partition is due. */
export interface ClaimBatch {
  readonly messages: readonly ClaimedMessage[];
  readonly deferred: readonly DeferredMessage[];
  readonly moreDue: boolean;
}

/** A due message whose origin had no place for it. */
export interface DeferredMessage {
  readonly id: string;
  readonly origin: string;
}

/** How many messages of one origin a claim may take, and for how long it defers the rest, in ms. */
export interface Quota {
  readonly places: number;
  /** A whole number, at least 1. */
  readonly deferMs: number;
}

/** What a claim goes by beside what is due. */
export interface ClaimTerms {
  /** For any origin but `origins`. */
  readonly standard: Quota;
  readonly origins: ReadonlyMap<string, Quota>;
  /** Deferred messages to take before any other. */
  readonly ids: readonly string[];
}

export interface ClaimRequest {
  readonly partition: number;
  /** Most messages to take. */
  readonly limit: number;
  /** How long the messages are ours, in ms. */
  readonly leaseMs: number;
  /** From `newToken()`. Repeating a claim with the same token returns the same batch. */
  readonly token: string;
  /** Without them, any number of any origin is taken. */
  readonly terms?: ClaimTerms;
}

/** A claim stops taking messages when their payloads come to this many bytes. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** Most messages one claim defers: bounds the time its script holds Redis up, to about a millisecond. */
const MAX_DEFERRALS = 200;

/** Most messages one script call completes: bounds the time it holds Redis up, to about a millisecond. */
const MAX_COMPLETIONS = 50;

/** A message to settle as delivered. */
interface Completion {
  readonly claimed: ClaimedMessage;
  readonly record: AttemptRecord;
}

export interface LeaseStoreOptions {
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
  readonly sealing: Sealing;
  /** The name of this process; claims are recorded under it. */
  readonly replica: string;
  /** Most entries each partition's delivery log keeps (approximately). */
  readonly deliveryLogLength: number;
}

/** What a worker does with messages: claim, and settle what it holds. One Lua script behind each. */
export class LeaseStore {
  private readonly options: LeaseStoreOptions;
  private readonly completions: Gatherer<Completion, SettleResult>;

  constructor(options: LeaseStoreOptions) {
    this.options = options;
    this.completions = new Gatherer({
      call: (partition, completions) => this.complete(partition, completions),
      maxRequests: MAX_COMPLETIONS,
      // Each is small: their number is limit enough.
      bytesOf: () => 0,
      maxBytes: Number.POSITIVE_INFINITY,
    });
  }

  /** A token for a claim. Whoever looks into Redis reads from it who holds a message. */
  newToken(): string {
    return `${this.options.replica}/${newToken()}`;
  }

  /**
   * scheduled → delivering, for up to `limit` due messages of a partition. Those whose origin has no place
   * are deferred.
   */
  async claim({ partition, limit, leaseMs, token, terms }: ClaimRequest): Promise<ClaimBatch> {
    const { scripts, keys, hints, replica, sealing } = this.options;
    const [, now, nextDueAt, deferred, ...messages] = await scripts.run(
      'claim',
      [
        keys.dueIndex(partition),
        keys.claimRecord(partition, replica),
        keys.deliveringIndex(partition),
      ],
      [
        token,
        limit,
        leaseMs,
        keys.messagePrefix(partition),
        keys.shadowPrefix(partition),
        MAX_BATCH_BYTES,
        MAX_DEFERRALS,
        terms === undefined ? '' : encodeQuotas(terms),
        terms?.ids.join('\n') ?? '',
        ...CLAIMED_FIELDS,
      ],
    );
    const dueInMs = nextDueAt === '' ? Number.POSITIVE_INFINITY : Number(nextDueAt) - Number(now);
    if (dueInMs > 0) hints.announce({ partition, dueInMs });
    return {
      messages: messages.map((fields) =>
        decodeClaimed(fields as ClaimedValues, Number(now), sealing),
      ),
      deferred: decodeDeferred(deferred as string[]),
      moreDue: dueInMs <= 0,
    };
  }

  /**
   * delivering → whatever the settlement says. Only the holder of the claim token can settle; safe to
   * repeat until an answer arrives.
   * @param record what is kept of the attempt; a release leaves no trace
   */
  async settle(
    claimed: ClaimedMessage,
    settlement: Settlement,
    record: AttemptRecord,
  ): Promise<SettleResult> {
    const { hints, keys } = this.options;
    if (settlement.kind === 'complete') {
      return this.completions.add(keys.partitionOf(claimed.id), { claimed, record });
    }
    const reply = await this.runSettlement(claimed, settlement, record);
    announceDue(hints, keys, claimed.id, reply);
    return reply[0] as SettleResult;
  }

  /** delivering → (removed), for messages of one partition. */
  private async complete(
    partition: number,
    completions: readonly Completion[],
  ): Promise<SettleResult[]> {
    const { scripts, keys, deliveryLogLength } = this.options;
    const [, ...results] = await scripts.run(
      'complete',
      [keys.dueIndex(partition), keys.deliveringIndex(partition), keys.deliveryLog(partition)],
      [
        keys.messagePrefix(partition),
        keys.shadowPrefix(partition),
        deliveryLogLength,
        ...completions.flatMap(encodeCompletion),
      ],
    );
    return results as SettleResult[];
  }

  private runSettlement(
    { id, claimToken }: ClaimedMessage,
    settlement: Exclude<Settlement, { kind: 'complete' }>,
    record: AttemptRecord,
  ): Promise<ScriptReply> {
    const { scripts, keys, deliveryLogLength, sealing } = this.options;
    const partition = keys.partitionOf(id);
    const held = [...keys.ofMessage(id), keys.deliveringIndex(partition)];
    const logKey = keys.deliveryLog(partition);
    const log = [deliveryLogLength, ...encodeAttempt(id, record)];
    switch (settlement.kind) {
      case 'retry': {
        const { delayMs, error, answer } = settlement;
        const history = encodeHistory(id, record, answer, sealing);
        const args = [id, claimToken, delayMs, error, history, ...log];
        return scripts.run('retry', [...held, logKey], args);
      }
      case 'fail': {
        const failKeys = [...held, keys.failedIndex(partition), logKey];
        const { error, answer } = settlement;
        const history = encodeHistory(id, record, answer, sealing);
        const args = [id, claimToken, error, history, ...log];
        return scripts.run('fail', failKeys, args);
      }
      case 'release':
        return scripts.run('release', held, [id, claimToken, settlement.deferMs ?? 0]);
    }
  }
}

/** A completion's arguments in a call of the script. */
function encodeCompletion({ claimed: { id, claimToken }, record }: Completion): Pairs {
  const log = encodeAttempt(id, record);
  return [id, claimToken, log.length, ...log];
}

/** A line for each origin, as the claim script reads them. */
function encodeQuotas({ standard, origins }: ClaimTerms): string {
  return [...origins, ['*', standard] as const]
    .map(([origin, { places, deferMs }]) => `${origin} ${places} ${deferMs}\n`)
    .join('');
}

/** From origin and id in turns. */
function decodeDeferred(flat: readonly string[]): DeferredMessage[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => {
    return { origin: flat[2 * i] ?? '', id: flat[2 * i + 1] ?? '' };
  });
}
