import type { Durability } from '../domain/durability.ts';
import type { DueTime, MessageContent, NewMessage } from '../domain/message.ts';
import { REPEATABLE_MS } from './changes.ts';
import { encodeContent } from './codec.ts';
import { announceDue } from './due-hints.ts';
import { toRefusal } from './refusals.ts';
import {
  type ScheduleRequest,
  type ScheduleResult,
  Scheduling,
  type SchedulingOptions,
} from './scheduling.ts';
import type { ScriptName } from './scripts.ts';
import { newToken } from './token.ts';

export type MessageStoreOptions = SchedulingOptions;

/** How a message is scheduled when something is in the way. */
export type ScheduleOptions = Omit<ScheduleRequest, 'message'>;

/** What a reschedule changes. */
export interface MessageChanges extends Partial<MessageContent> {
  readonly due?: DueTime;
  /** Fields to go back to the configured value. */
  readonly remove?: readonly (keyof MessageContent)[];
}

interface Transition {
  readonly id: string;
  /** Between those that every transition starts with and the record of the call. */
  readonly moreKeys?: readonly string[];
  /** After the id and how long the record is kept. */
  readonly args?: readonly (string | number)[];
  readonly durability: Durability | undefined;
}

/**
 * What callers do with messages: one method per transition, one Lua script behind each. Each is
 * acknowledged once it is as durable as asked, in memory unless told otherwise; all of them throw
 * StoreUnavailableError, StoreFullError and NotDurableError.
 */
export class MessageStore {
  private readonly options: MessageStoreOptions;
  private readonly scheduling: Scheduling;

  constructor(options: MessageStoreOptions) {
    this.options = options;
    this.scheduling = new Scheduling(options);
  }

  /**
   * (absent) → scheduled.
   * @throws MessageError `message-exists`, `in-past` or `key-reused`
   */
  schedule(message: NewMessage, options: ScheduleOptions = {}): Promise<ScheduleResult> {
    return this.scheduling.schedule({ message, ...options });
  }

  /**
   * scheduled | delivering | failed → (removed).
   * @returns whether a request is under way: it cannot be recalled, but no further one follows
   * @throws MessageError `message-not-found`
   */
  async cancel(id: string, durability?: Durability): Promise<{ inFlight: boolean }> {
    const { keys } = this.options;
    const partition = keys.partitionOf(id);
    const moreKeys = [keys.deliveringIndex(partition), keys.failedIndex(partition)];
    const tag = await this.transition('cancel', { id, moreKeys, durability });
    return { inFlight: tag === 'cancelled-in-flight' };
  }

  /**
   * scheduled → scheduled, with other content or another due time.
   * @throws MessageError `message-not-found`, `message-in-flight`, `message-failed`, `expires-first`
   */
  async reschedule(
    id: string,
    { due, remove = [], ...content }: MessageChanges,
    durability?: Durability,
  ): Promise<void> {
    const when = due === undefined ? [] : ['scheduleTo', due.scheduleTo];
    const args = [due?.dueAt ?? '', remove.join(','), ...when, ...this.encode(id, content)];
    await this.transition('reschedule', { id, args, durability });
  }

  private encode(id: string, content: Partial<MessageContent>) {
    return encodeContent(id, content, this.options.sealing);
  }

  /**
   * scheduled → scheduled, due now.
   * @throws MessageError `message-not-found`, `message-in-flight`, `message-failed`
   */
  async fire(id: string, durability?: Durability): Promise<void> {
    await this.transition('fire', { id, durability });
  }

  /**
   * failed → scheduled, due now, with all its attempts before it again.
   * @throws MessageError `message-not-found`, `message-not-failed`
   */
  async replay(id: string, durability?: Durability): Promise<void> {
    const { keys } = this.options;
    const moreKeys = [keys.failedIndex(keys.partitionOf(id))];
    await this.transition('replay', { id, moreKeys, durability });
  }

  /** Runs a script on a message; announces the due time its reply carries. */
  private transition(
    name: ScriptName,
    { id, moreKeys = [], args = [], durability = 'memory' }: Transition,
  ): Promise<string> {
    const { keys, scripts, changes, hints } = this.options;
    const partition = keys.partitionOf(id);
    const record = keys.callRecord(partition, newToken());
    const allKeys = [...keys.ofMessage(id), ...moreKeys, record];
    return changes.make({ partition, durability }, async () => {
      const reply = await scripts.run(name, allKeys, [id, REPEATABLE_MS, ...args]);
      const [tag] = reply;
      const refusal = toRefusal(tag, id);
      if (refusal !== undefined) throw refusal;
      announceDue(hints, keys, id, reply);
      return tag;
    });
  }
}
