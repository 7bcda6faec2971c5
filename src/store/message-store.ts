import { MessageError, type Refusal } from '../domain/errors.ts';
import type { DueTime, MessageContent, NewMessage } from '../domain/message.ts';
import { encodeContent, encodeMessage } from './codec.ts';
import type { DueHints } from './due-hints.ts';
import type { Keys } from './keys.ts';
import type { ScriptName, ScriptReply, Scripts } from './scripts.ts';
import { newToken } from './token.ts';

export interface MessageStoreOptions {
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
}

/** How a message is scheduled when something is in the way. */
export interface ScheduleOptions {
  /** When the id is taken; `refuse` unless given. */
  readonly onConflict?: 'refuse' | 'ignore' | 'replace';
  /** When the due time has passed; `fire` unless given. */
  readonly ifPast?: 'fire' | 'reject';
  readonly idempotency?: IdempotentRequest;
}

/** A request that the caller may repeat until it is answered. */
export interface IdempotentRequest {
  readonly key: string;
  /** Tells a repeat from another request under the same key. */
  readonly fingerprint: string;
}

export type ScheduleResult = 'scheduled' | 'replaced' | 'ignored';

/** What a reschedule changes. */
export interface MessageChanges extends Partial<MessageContent> {
  readonly due?: DueTime;
  /** Fields to go back to the configured value. */
  readonly remove?: readonly (keyof MessageContent)[];
}

/** How long an idempotency key is remembered, in ms. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Replies by which a script says that it changed nothing because of the message's state. */
const REFUSALS: Readonly<Partial<Record<string, Refusal>>> = {
  exists: 'message-exists',
  'not-found': 'message-not-found',
  'in-flight': 'message-in-flight',
  failed: 'message-failed',
  'not-failed': 'message-not-failed',
  'in-past': 'in-past',
  'expires-first': 'expires-first',
  'key-reused': 'key-reused',
};

/** What callers do with messages: one method per transition, one Lua script behind each. */
export class MessageStore {
  private readonly options: MessageStoreOptions;

  constructor(options: MessageStoreOptions) {
    this.options = options;
  }

  /**
   * (absent) → scheduled.
   * @throws MessageError `message-exists`, `in-past` or `key-reused`
   */
  async schedule(message: NewMessage, options: ScheduleOptions = {}): Promise<ScheduleResult> {
    const { keys } = this.options;
    const { id, dueAt } = message;
    const { onConflict = 'refuse', ifPast = 'fire', idempotency } = options;
    const partition = keys.partitionOf(id);
    const record = keys.idempotency(partition, idempotency?.key ?? '');
    const policy = [onConflict, ifPast, idempotency?.fingerprint ?? '', IDEMPOTENCY_MS];
    const tag = await this.transition(
      'schedule',
      id,
      [keys.deliveringIndex(partition), keys.failedIndex(partition), record],
      [dueAt, newToken(), ...policy, ...encodeMessage(message)],
    );
    return tag as ScheduleResult;
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
    const refusal = REFUSALS[tag];
    if (refusal !== undefined) throw new MessageError(refusal, id);
    announceDue(hints, keys, id, reply);
    return tag;
  }
}

/** Announces the due time of a reply `{tag, now, due}`; other replies carry none. */
export function announceDue(
  hints: DueHints,
  keys: Keys,
  id: string,
  [, now, dueAt]: ScriptReply,
): void {
  if (dueAt === undefined) return;
  const dueInMs = Number(dueAt) - Number(now);
  hints.announce({ partition: keys.partitionOf(id), id, dueInMs });
}
