import type { Redis } from 'ioredis';
import { MessageError } from '../domain/errors.ts';
import type { NewMessage } from '../domain/message.ts';
import { encodeContent, type Pairs } from './codec.ts';
import type { DueHints } from './due-hints.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import type { Keys } from './keys.ts';
import { toRefusal } from './refusals.ts';
import type { Scripts } from './scripts.ts';
import { newToken } from './token.ts';

/** A message to schedule, and what is particular to it. */
export interface ScheduleRequest {
  readonly message: NewMessage;
  /** When the due time has passed; `fire` unless given. */
  readonly ifPast?: 'fire' | 'reject';
  readonly idempotency?: IdempotentRequest;
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
export const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Most messages one script call writes: bounds the time it holds Redis up, to about a millisecond. */
const MAX_GROUP = 50;

export interface SchedulingOptions {
  readonly redis: Redis;
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
}

/** A request and its place among those it came with. */
interface Placed {
  readonly place: number;
  readonly request: ScheduleRequest;
}

/** (absent) → scheduled, for any number of messages: one script call for each group of a partition. */
export class Scheduling {
  private readonly options: SchedulingOptions;
  private readonly idempotencyKeys: IdempotencyKeys;

  constructor(options: SchedulingOptions) {
    this.options = options;
    this.idempotencyKeys = new IdempotencyKeys(options.redis, options.keys, IDEMPOTENCY_MS);
  }

  /**
   * Schedules messages, each as if alone; all calls are sent at once.
   * @returns for each, in order, what became of it. An error is its result: MessageError
   *   `message-exists`, `in-past` or `key-reused`, or why Redis did not answer
   */
  async all(
    requests: readonly ScheduleRequest[],
    onConflict: OnConflict,
  ): Promise<(ScheduleResult | Error)[]> {
    const results: (ScheduleResult | Error)[] = [];
    const calls = this.groups(requests).map(async (group) => {
      const outcomes = await this.callFor(group, onConflict).catch((error: unknown) =>
        group.map(() => toError(error)),
      );
      for (const [i, { place }] of group.entries()) results[place] = outcomes[i] as Error;
    });
    await Promise.all(calls);
    return results;
  }

  /** Requests of one partition each, no more than one call takes; those to reserve a key for alone. */
  private groups(requests: readonly ScheduleRequest[]): Placed[][] {
    const filling = new Map<number, Placed[]>();
    const groups: Placed[][] = [];
    for (const [place, request] of requests.entries()) {
      if (this.idempotencyKeys.isElsewhere(request)) {
        groups.push([{ place, request }]);
        continue;
      }
      const partition = this.options.keys.partitionOf(request.message.id);
      let group = filling.get(partition);
      if (group === undefined || group.length === MAX_GROUP) {
        group = [];
        groups.push(group);
        filling.set(partition, group);
      }
      group.push({ place, request });
    }
    return groups;
  }

  private async callFor(group: readonly Placed[], onConflict: OnConflict) {
    const requests = group.map(({ request }) => request);
    const [first] = requests;
    if (first === undefined || !this.idempotencyKeys.isElsewhere(first)) {
      return this.call(requests, onConflict);
    }
    const giveBack = await this.idempotencyKeys.reserve(first);
    const outcomes = await this.call(requests, onConflict);
    if (outcomes[0] instanceof MessageError) await giveBack();
    return outcomes;
  }

  private async call(
    requests: readonly ScheduleRequest[],
    onConflict: OnConflict,
  ): Promise<(ScheduleResult | Error)[]> {
    const { keys, scripts } = this.options;
    const partition = keys.partitionOf(requests[0]?.message.id ?? '');
    const [, now, ...results] = await scripts.run(
      'schedule',
      [keys.dueIndex(partition), keys.deliveringIndex(partition), keys.failedIndex(partition)],
      [
        keys.messagePrefix(partition),
        keys.shadowPrefix(partition),
        keys.idempotencyPrefix(partition),
        newToken(),
        onConflict,
        IDEMPOTENCY_MS,
        ...requests.flatMap(encodeRequest),
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
function encodeRequest({ message, ifPast = 'fire', idempotency }: ScheduleRequest): Pairs {
  const fields = ['scheduleTo', message.scheduleTo, ...encodeContent(message)];
  const { key = '', fingerprint = '' } = idempotency ?? {};
  return [message.id, message.dueAt, ifPast, key, fingerprint, fields.length, ...fields];
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
