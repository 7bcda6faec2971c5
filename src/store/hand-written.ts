import { isMessageId, isWebhookUrl } from '../domain/message-form.ts';
import { parseScheduleTime } from '../domain/schedule-time.ts';
import type { DueHints } from './due-hints.ts';
import type { Keys } from './keys.ts';
import type { Scripts } from './scripts.ts';

/** A hash under the key of a message that no script of ours has written: someone's hand has. */
export interface HandWritten {
  readonly id: string;
  readonly scheduleTo: string;
  readonly webhookUrl: string;
}

/** One that cannot be scheduled, and why. */
export interface Unreadable {
  readonly id: string;
  readonly reason: string;
}

/** Schedules messages that were written by hand, `HSET message:<id> scheduleTo … webhookUrl … payload …`. */
export class Enrolment {
  private readonly scripts: Scripts;
  private readonly keys: Keys;
  private readonly hints: DueHints;

  constructor(parts: { scripts: Scripts; keys: Keys; hints: DueHints }) {
    this.scripts = parts.scripts;
    this.keys = parts.keys;
    this.hints = parts.hints;
  }

  /** hash written by hand → scheduled. What cannot be read is left as it is. */
  async enrol(message: HandWritten): Promise<'enrolled' | 'changed' | Unreadable> {
    const { id, scheduleTo } = message;
    const dueAt = parseScheduleTime(scheduleTo);
    if (dueAt === undefined) return { id, reason: NO_TIME };
    const reason = faultOf(message);
    if (reason !== undefined) return { id, reason };
    const args = [id, scheduleTo, dueAt];
    const [tag, now] = await this.scripts.run('enrol', this.keys.ofMessage(id), args);
    if (tag !== 'enrolled') return 'changed';
    this.hints.announce({ partition: this.keys.partitionOf(id), dueInMs: dueAt - Number(now) });
    return 'enrolled';
  }
}

const NO_TIME =
  'scheduleTo must be an ISO 8601 date and time that exists, such as 2026-01-31T10:00:00-03:00';

function faultOf({ id, webhookUrl }: HandWritten): string | undefined {
  if (!isMessageId(id)) return 'its id has control characters or malformed Unicode, or is . or ..';
  if (!isWebhookUrl(webhookUrl)) {
    return 'webhookUrl must be a whole http:// or https:// URL, without user name and password';
  }
  return undefined;
}

/** Reads the replies of the script that comes across them: id, scheduleTo and webhookUrl of each. */
export function toHandWritten(flat: readonly unknown[]): HandWritten[] {
  const texts = flat.map(String);
  return Array.from({ length: texts.length / 3 }, (_, i) => {
    const [id = '', scheduleTo = '', webhookUrl = ''] = texts.slice(3 * i);
    return { id, scheduleTo, webhookUrl };
  });
}
