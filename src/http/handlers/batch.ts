import type { RouterContext } from '@koa/router';
import { v7 as timeOrderedId } from 'uuid';
import type { MessageStore } from '../../store/message-store.ts';
import type { Queries } from '../../store/queries.ts';
import { type ExactBody, exactBody } from '../body.ts';
import type { Locale } from '../locale/locale.ts';
import { problemDocument, toProblem } from '../problems.ts';
import { toNewMessage } from '../requests.ts';
import type { BodyChecks } from '../validation.ts';

export interface BatchHandlerOptions {
  readonly store: Pick<MessageStore, 'schedule'>;
  readonly queries: Pick<Queries, 'now'>;
  readonly checks: BodyChecks;
  readonly locale: Locale;
}

/**
 * `POST /messages/batch`: each message as if POSTed alone, all of them in one trip to Redis. Each has its
 * own result, in order; a bad one does not spoil the others.
 */
export function batchHandler({ store, queries, checks, locale }: BatchHandlerOptions) {
  async function scheduleOne(item: unknown, index: number, exact: ExactBody, now: number) {
    const body = checks.newMessage(item);
    const id = body.id ?? timeOrderedId();
    const message = toNewMessage(body, id, now, (field) => exact.text(['messages', index, field]));
    await store.schedule(message, body.ifPast === undefined ? {} : { ifPast: body.ifPast });
    return { status: 201, messageId: id };
  }

  return async function batch(ctx: RouterContext): Promise<void> {
    const { messages } = checks.batch(ctx.request.body);
    const exact = exactBody(ctx);
    const now = await queries.now();
    const results = messages.map((item, index) =>
      scheduleOne(item, index, exact, now).catch((error: unknown) =>
        problemDocument(toProblem(error), locale),
      ),
    );
    ctx.status = 207;
    ctx.body = { results: await Promise.all(results) };
  };
}
