import type { RouterContext } from '@koa/router';
import type { MessageStore } from '../../store/message-store.ts';
import type { Queries } from '../../store/queries.ts';
import type { ScheduleResult } from '../../store/scheduling.ts';
import { type ChooseDurability, durabilityReached } from '../durability.ts';
import { exactBody } from '../exact-text.ts';
import { idempotencyOf } from '../idempotency.ts';
import type { Locale } from '../locale/locale.ts';
import { readTraceContext } from '../parameters.ts';
import { checkChangeQuery, checkScheduleQuery } from '../query.ts';
import { toChanges, toScheduleRequest } from '../requests.ts';
import type { BodyChecks } from '../validation.ts';

export interface MessageHandlersOptions {
  readonly store: MessageStore;
  readonly queries: Pick<Queries, 'now'>;
  readonly checks: BodyChecks;
  readonly chooseDurability: ChooseDurability;
  readonly locale: Locale;
}

export type MessageHandlers = ReturnType<typeof messageHandlers>;

/** The handlers that create, change and remove one message. */
export function messageHandlers(options: MessageHandlersOptions) {
  const { store, queries, checks, chooseDurability } = options;
  const { words } = options.locale;

  /** Redis time, asked for only where a delay counts from it. */
  const nowFor = (body: { delay?: number | string }) =>
    body.delay === undefined ? 0 : queries.now();

  const durabilityOf = ({ querystring }: RouterContext) =>
    chooseDurability(checkChangeQuery(querystring).durability);

  return {
    async create(ctx: RouterContext): Promise<void> {
      const { onConflict, durability: asked } = checkScheduleQuery(ctx.querystring);
      const durability = await chooseDurability(asked);
      const body = checks.newMessage(ctx.request.body);
      const idempotency = idempotencyOf(ctx, () => String(ctx.request.rawBody));
      const origin = { idempotency, trace: readTraceContext(ctx) };
      const request = toScheduleRequest(body, await nowFor(body), exactBody(ctx), origin);
      const { message, ...more } = request;
      const { id } = message;
      ctx.state.messageId = id;
      ctx.status = statusOf(await store.schedule(message, { onConflict, durability, ...more }));
      ctx.set('location', locationOf(id));
      ctx.body = { status: words.scheduled, messageId: id, ...durabilityReached(durability) };
    },

    async change(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      const durability = await durabilityOf(ctx);
      const body = checks.changes(ctx.request.body);
      const changes = toChanges(body, await nowFor(body), exactBody(ctx));
      await store.reschedule(id, changes, durability);
      ctx.body = { status: words.changed, messageId: id, ...durabilityReached(durability) };
    },

    async fire(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      const durability = await durabilityOf(ctx);
      await store.fire(id, durability);
      ctx.body = { status: words.fired, messageId: id, ...durabilityReached(durability) };
    },

    async replay(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      const durability = await durabilityOf(ctx);
      await store.replay(id, durability);
      ctx.body = { status: words.replayed, messageId: id, ...durabilityReached(durability) };
    },

    async cancel(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      const durability = await durabilityOf(ctx);
      const { inFlight } = await store.cancel(id, durability);
      ctx.status = inFlight ? 202 : 200;
      ctx.body = {
        status: words.removed,
        messageId: id,
        ...(inFlight ? { detail: words.removedInFlight } : {}),
        ...durabilityReached(durability),
      };
    },
  };
}

/** 201 when a message was created, 200 when one of its id was there. */
export function statusOf(result: ScheduleResult): 200 | 201 {
  return result === 'scheduled' ? 201 : 200;
}

/** Where a message is found. */
function locationOf(id: string): string {
  return `/messages/${encodeURIComponent(id)}`;
}

function idOf(ctx: RouterContext): string {
  return String(ctx.params.id);
}
