import type { Durability } from '../domain/durability.ts';
import { MessageError, NotDurableError } from '../domain/errors.ts';
import type { NewMessage } from '../domain/message.ts';
import { type Changes, type ChangeTarget, REPEATABLE_MS } from './changes.ts';
import { encodeContent, type Pairs } from './codec.ts';
import type { Commands } from './connections/connections.ts';
import type { DueHints } from './due-hints.ts';
import { Gatherer } from './gatherer.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import type { Keys } from './keys.ts';
import { toRefusal } from './refusals.ts';
import type { Scripts } from './scripts.ts';
import type { Sealing } from './sealing.ts';
import { newToken } from './token.ts';

/** A message to schedule, and what is particular to it. */
export interface ScheduleRequest {
  readonly message: NewMessage;
  /** When the id is taken; `refuse` unless given. */
  readonly onConflict?: OnConflict;
  /** When the due time has passed; `fire` unless given. */
  readonly ifPast?: 'fire' | 'reject';
  readonly idempotency?: IdempotentRequest;
  /** How safe it has to be before it is acknowledged; `memory` unless given. */
  readonly durability?: Durability;
}

/** A request that the caller may repeat until it is answered. */
export interface IdempotentRequest {
  readonly key: string;
  /** Tells a repeat from another request under the same key; no spaces. */
  readonly fingerprint: string;
}

/** When an id is taken. */
export type OnConflict = 'refuse' | 'ignore' | 'replace';

export type ScheduleResult = 'scheduled' | 'replaced' | 'ignored';

/** How long an idempotency key is remembered, in ms. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Most messages, and bytes of payload, one script call writes: it holds Redis up for about a millisecond. */
const MAX_GROUP = 50;
const MAX_GROUP_BYTES = 256 * 1024;

export interface SchedulingOptions {
  readonly commands: Commands;
  readonly scripts: Scripts;
  readonly changes: Changes;
  readonly keys: Keys;
  readonly hints: DueHints;
  readonly sealing: Sealing;
}

/** (absent) → scheduled. What is asked for at the same time goes to Redis together. */
export class Scheduling {
  private readonly options: SchedulingOptions;
  private readonly idempotencyKeys: IdempotencyKeys;
  /** What is to be safe in different ways is written by different calls. */
  private readonly gatherers = new Map<Durability, Gatherer<ScheduleRequest, ScheduleResult>>();

  constructor(options: SchedulingOptions) {
    this.options = options;
    this.idempotencyKeys = new IdempotencyKeys(options.commands, options.keys, IDEMPOTENCY_MS);
  }

  /** @throws MessageError `message-exists`, `in-past` or `key-reused` */
  async schedule(asked: ScheduleRequest): Promise<ScheduleResult> {
    const request = this.withSealedFingerprint(asked);
    const partition = this.options.keys.partitionOf(request.message.id);
    const gatherer = this.gathererFor(request.durability ?? 'memory');
    if (!this.idempotencyKeys.isElsewhere(request)) return gatherer.add(partition, request);
    const giveBack = await this.reserveKey(request);
    try {
      return await gatherer.add(partition, request);
    } catch (error) {
      if (error instanceof MessageError) await giveBack();
      throw error;
    }
  }

  /** A digest of the payload would tell whoever can guess it that they are right. */
  private withSealedFingerprint(request: ScheduleRequest): ScheduleRequest {
    const { idempotency } = request;
    if (idempotency === undefined) return request;
    const fingerprint = this.options.sealing.fingerprint(idempotency.fingerprint);
    return { ...request, idempotency: { ...idempotency, fingerprint } };
  }

  /** The message is what has to be durable: without its key, a repeat meets it all the same. */
  private reserveKey(request: ScheduleRequest): Promise<() => Promise<void>> {
    const { changes, keys } = this.options;
    const partition = keys.partitionOf(request.idempotency?.key ?? '');
    return changes.make({ partition, durability: 'memory' }, () =>
      this.idempotencyKeys.reserve(request),
    );
  }

  private gathererFor(durability: Durability): Gatherer<ScheduleRequest, ScheduleResult> {
    let gatherer = this.gatherers.get(durability);
    if (gatherer === undefined) {
      gatherer = new Gatherer({
        call: (partition, requests) => this.scheduleAll({ partition, durability }, requests),
        maxRequests: MAX_GROUP,
        bytesOf: ({ message }) => message.payload.length,
        maxBytes: MAX_GROUP_BYTES,
      });
      this.gatherers.set(durability, gatherer);
    }
    return gatherer;
  }

  private async scheduleAll(
    target: ChangeTarget,
    requests: readonly ScheduleRequest[],
  ): Promise<readonly (ScheduleResult | Error)[]> {
    const token = newToken();
    let outcomes: readonly (ScheduleResult | Error)[] = [];
    try {
      await this.options.changes.make(target, async () => {
        outcomes = await this.call(target.partition, token, requests);
      });
      return outcomes;
    } catch (error) {
      if (!(error instanceof NotDurableError)) throw error;
      return outcomes.map((outcome) => (outcome instanceof Error ? outcome : error));
    }
  }

  /** @param token of the call: repeated with the same, it is answered like the first time */
  private async call(
    partition: number,
    token: string,
    requests: readonly ScheduleRequest[],
  ): Promise<(ScheduleResult | Error)[]> {
    const { keys, scripts } = this.options;
    const [, now, ...results] = await scripts.run(
      'schedule',
      [
        keys.dueIndex(partition),
        keys.deliveringIndex(partition),
        keys.failedIndex(partition),
        keys.callRecord(partition, token),
      ],
      [
        keys.messagePrefix(partition),
        keys.shadowPrefix(partition),
        keys.idempotencyPrefix(partition),
        REPEATABLE_MS,
        IDEMPOTENCY_MS,
        ...requests.flatMap((request) => encodeRequest(request, this.options.sealing)),
      ],
    );
    const outcomes = requests.map(({ message: { id } }, i) => toOutcome(results[i], id));
    const written = requests.filter((_, i) => !(outcomes[i] instanceof Error));
    if (written.length > 0) this.announceEarliest(partition, written, Number(now));
    return outcomes;
  }

  private announceEarliest(
    partition: number,
    requests: readonly ScheduleRequest[],
    now: number,
  ): void {
    const earliest = Math.min(...requests.map(({ message }) => message.dueAt));
    this.options.hints.announce({ partition, dueInMs: earliest - now });
  }
}

function toOutcome(result: unknown, id: string): ScheduleResult | Error {
  return toRefusal(String(result), id) ?? (result as ScheduleResult);
}

/** A message's arguments in a call of the script. */
function encodeRequest(request: ScheduleRequest, sealing: Sealing): Pairs {
  const { message, onConflict = 'refuse', ifPast = 'fire', idempotency } = request;
  const fields = ['scheduleTo', message.scheduleTo, ...encodeContent(message.id, message, sealing)];
  const { key = '', fingerprint = '' } = idempotency ?? {};
  const policy = [onConflict, ifPast, key, fingerprint];
  return [message.id, message.dueAt, ...policy, fields.length, ...fields];
}
