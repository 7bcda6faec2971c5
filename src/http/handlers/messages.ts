import type { RouterContext } from '@koa/router';
import { formatInstant, parseScheduleTime } from '../../domain/schedule-time.ts';
import type { MessageStore } from '../../store/message-store.ts';
import type { Queries } from '../../store/queries.ts';
import { payloadText } from '../body.ts';
import type { Locale } from '../locale/locale.ts';
import { checkNewMessage } from '../validation.ts';

/** Most messages one answer lists. */
const LIST_LIMIT = 1000;

export interface MessageHandlersOptions {
  readonly store: Pick<MessageStore, 'schedule' | 'cancel'>;
  readonly queries: Pick<Queries, 'pending'>;
  readonly locale: Locale;
}

export type MessageHandlers = ReturnType<typeof messageHandlers>;

/** The handlers of `/messages`. */
export function messageHandlers({ store, queries, locale: { words } }: MessageHandlersOptions) {
  return {
    async create(ctx: RouterContext): Promise<void> {
      const { id, scheduleTo, webhookUrl } = checkNewMessage(ctx.request.body);
      const payload = payloadText(ctx);
      const dueAt = parseScheduleTime(scheduleTo) ?? Number.NaN;
      await store.schedule({ id, scheduleTo, dueAt, webhookUrl, payload });
      ctx.status = 201;
      ctx.body = { status: words.scheduled, messageId: id };
    },

    async list(ctx: RouterContext): Promise<void> {
      const { messages, total } = await queries.pending(LIST_LIMIT);
      const scheduledJobs = messages.map(({ id, dueAt, webhookUrl }) => ({
        messageId: id,
        nextRun: formatInstant(dueAt),
        job: `POST ${webhookUrl}`,
      }));
      ctx.body = { scheduledJobs, count: total };
    },

    async cancel(ctx: RouterContext): Promise<void> {
      const id = String(ctx.params.id);
      const { inFlight } = await store.cancel(id);
      ctx.status = inFlight ? 202 : 200;
      ctx.body = {
        status: words.removed,
        messageId: id,
        ...(inFlight ? { detail: words.removedInFlight } : {}),
      };
    },
  };
}
