import { setImmediate as turn } from 'node:timers/promises';
import type { RouterContext } from '@koa/router';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { MessageStore } from '../../store/message-store.ts';
import type { Queries } from '../../store/queries.ts';
import type { ScheduleRequest } from '../../store/scheduling.ts';
import { type ChooseDurability, durabilityReached } from '../durability.ts';
import { exactMessages } from '../exact-text.ts';
import { idempotencyOf } from '../idempotency.ts';
import type { Locale } from '../locale/locale.ts';
import { readTraceContext } from '../parameters.ts';
import { explain, type ProblemError, problemDocument } from '../problems.ts';
import { checkScheduleQuery } from '../query.ts';
import { requestIdOf } from '../request-id.ts';
import { toScheduleRequest } from '../requests.ts';
import type { BodyChecks } from '../validation.ts';
import { statusOf } from './messages.ts';

export interface BatchHandlerOptions {
  readonly store: Pick<MessageStore, 'schedule'>;
  readonly queries: Pick<Queries, 'now'>;
  readonly checks: BodyChecks;
  /** Counts the request as so many more. */
  readonly charge: (ctx: RouterContext, count: number) => void;
  readonly chooseDurability: ChooseDurability;
  /** What one of them may be large: as much as one sent alone. */
  readonly messageLimitBytes: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly locale: Locale;
  readonly log: Logger;
}

/** What a batch asks for of each of its messages. */
type Asked = Required<Pick<ScheduleRequest, 'onConflict' | 'durability'>>;

/** Messages are read at a stretch for so long, in ms, before other work of this process gets its turn. */
const STRETCH_MS = 5;

/**
 * `POST /messages/batch`: each message as if POSTed alone, none waiting for another. Each has its own
 * result, in order; a bad one does not spoil the others.
 */
export function batchHandler(options: BatchHandlerOptions) {
  const { store, queries, checks, charge, chooseDurability, messageLimitBytes } = options;
  const { clock, locale, log } = options;

  /** Schedules one message. Never rejects: a failure is a result. */
  async function scheduleOne(
    request: ScheduleRequest | ProblemError,
    { onConflict, durability }: Asked,
    requestId: string,
  ) {
    if (request instanceof Error) return problemDocument(request, locale);
    const { message, ...particulars } = request;
    try {
      const result = await store.schedule(message, { onConflict, durability, ...particulars });
      const reached = durabilityReached(durability);
      return { status: statusOf(result), messageId: message.id, ...reached };
    } catch (error) {
      return problemDocument(explain(error, requestId, log), locale);
    }
  }

  /** Reads the messages of a body, one after the other. */
  function createReader(ctx: RouterContext, now: number) {
    const messageAt = exactMessages(ctx, messageLimitBytes);
    const trace = readTraceContext(ctx);
    return (item: unknown, index: number): ScheduleRequest | ProblemError => {
      try {
        const body = checks.newMessage(item);
        const textOf = messageAt(index);
        const idempotency = idempotencyOf(ctx, textOf, `#${index}`);
        return toScheduleRequest(body, now, textOf, { idempotency, trace });
      } catch (error) {
        return explain(error, requestIdOf(ctx), log);
      }
    };
  }

  return async function batch(ctx: RouterContext): Promise<void> {
    const { onConflict, durability } = checkScheduleQuery(ctx.querystring);
    const asked = { onConflict, durability: await chooseDurability(durability) };
    const { messages } = checks.batch(ctx.request.body);
    charge(ctx, messages.length - 1);
    const read = createReader(ctx, await queries.now());
    const results = [];
    let since = clock.now();
    for (const [index, item] of messages.entries()) {
      results.push(scheduleOne(read(item, index), asked, requestIdOf(ctx)));
      if (clock.now() - since < STRETCH_MS) continue;
      await turn();
      since = clock.now();
    }
    ctx.status = 207;
    ctx.body = { results: await Promise.all(results) };
  };
}
