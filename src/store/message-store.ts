import type { DueTime, MessageContent, NewMessage } from '../domain/message.ts';
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

export type MessageStoreOptions = SchedulingOptions;

/** How a message is scheduled when something is in the way. */
export type ScheduleOptions = Omit<ScheduleRequest, 'message'>;

/** What a reschedule changes. */
export interface MessageChanges extends Partial<MessageContent> {
  readonly due?: DueTime;
  /** Fields to go back to the configured value. */
  readonly remove?: readonly (keyof MessageContent)[];
}

/** What callers do with messages: one method per transition, one Lua script behind each. */
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
  async cancel(id: string): Promise<{ inFlight: boolean }> {
    const { keys } = this.options;
    const partition = keys.partitionOf(id);
    const indexes = [keys.deliveringIndex(partition), keys.failedIndex(partition)];
    const tag = await this.transition('cancel', id, indexes);
    return { inFlight: tag === 'cancelled-in-flight' };
  }

  /**
   * scheduled → scheduled, with other content or another due time.
   * @throws MessageError `message-not-found`, `message-in-flight`, `message-failed`, `expires-first`
   */
  async reschedule(id: string, { due, remove = [], ...content }: MessageChanges): Promise<void> {
    const when = due === undefined ? [] : ['scheduleTo', due.scheduleTo];
    const args = [due?.dueAt ?? '', remove.join(','), ...when, ...encodeContent(content)];
    await this.transition('reschedule', id, [], args);
  }

  /**
   * scheduled → scheduled, due now.
   * @throws MessageError `message-not-found`, `message-in-flight`, `message-failed`
   */
  async fire(id: string): Promise<void> {
    await this.transition('fire', id);
  }

  /**
   * failed → scheduled, due now, with all its attempts before it again.
   * @throws MessageError `message-not-found`, `message-not-failed`
   */
  async replay(id: string): Promise<void> {
    const { keys } = this.options;
    await this.transition('replay', id, [keys.failedIndex(keys.partitionOf(id))]);
  }

  /** Runs a script on a message; announces the due time its reply carries. */
  private async transition(
    name: ScriptName,
    id: string,
    moreKeys: string[] = [],
    args: (string | number)[] = [],
  ): Promise<string> {
    const { keys, scripts, hints } = this.options;
    const reply = await scripts.run(name, [...keys.ofMessage(id), ...moreKeys], [id, ...args]);
    const [tag] = reply;
    const refusal = toRefusal(tag, id);
    if (refusal !== undefined) throw refusal;
    announceDue(hints, keys, id, reply);
    return tag;
  }
}
