import { createHash } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import { v7 as timeOrderedId } from 'uuid';
import type { MessageStore, ScheduleOptions } from '../../store/message-store.ts';
import type { Queries } from '../../store/queries.ts';
import { exactBody } from '../body.ts';
import type { Locale } from '../locale/locale.ts';
import { readIdempotencyKey, readOnConflict } from '../parameters.ts';
import { toChanges, toNewMessage } from '../requests.ts';
import type { BodyChecks } from '../validation.ts';

export interface MessageHandlersOptions {
  readonly store: MessageStore;
  readonly queries: Pick<Queries, 'now'>;
  readonly checks: BodyChecks;
  readonly locale: Locale;
}

export type MessageHandlers = ReturnType<typeof messageHandlers>;

/** The handlers that create, change and remove one message. */
export function messageHandlers({ store, queries, checks, locale }: MessageHandlersOptions) {
  const { words } = locale;

  /** Redis time, asked for only where a delay counts from it. */
  const nowFor = (body: { delay?: number | string }) =>
    body.delay === undefined ? 0 : queries.now();

  return {
    async create(ctx: RouterContext): Promise<void> {
      const onConflict = readOnConflict(ctx);
      const key = readIdempotencyKey(ctx);
      const body = checks.newMessage(ctx.request.body);
      const exact = exactBody(ctx);
      const id = body.id ?? (key === undefined ? timeOrderedId() : idFromKey(key));
      const message = toNewMessage(body, id, await nowFor(body), (field) => exact.text([field]));
      const options: ScheduleOptions = {
        onConflict,
        ...(body.ifPast === undefined ? {} : { ifPast: body.ifPast }),
        ...(key === undefined ? {} : { idempotency: { key, fingerprint: fingerprint(ctx) } }),
      };
      const result = await store.schedule(message, options);
      ctx.status = result === 'scheduled' ? 201 : 200;
      ctx.set('location', locationOf(id));
      ctx.body = { status: words.scheduled, messageId: id };
    },

    async change(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      const body = checks.changes(ctx.request.body);
      const exact = exactBody(ctx);
      const changes = toChanges(body, await nowFor(body), (field) => exact.text([field]));
      await store.reschedule(id, changes);
      ctx.body = { status: words.changed, messageId: id };
    },

    async fire(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      await store.fire(id);
      ctx.body = { status: words.fired, messageId: id };
    },

    async replay(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
      await store.replay(id);
      ctx.body = { status: words.replayed, messageId: id };
    },

    async cancel(ctx: RouterContext): Promise<void> {
      const id = idOf(ctx);
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

/** Where a message is found. */
export function locationOf(id: string): string {
  return `/messages/${encodeURIComponent(id)}`;
}

function idOf(ctx: RouterContext): string {
  return String(ctx.params.id);
}

/** A caller that repeats a request without an id must meet the message of the first one. */
function idFromKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Tells a repeat of a request from another one under the same idempotency key. */
function fingerprint({ request }: RouterContext): string {
  return createHash('sha256').update(String(request.rawBody)).digest('base64url');
}
