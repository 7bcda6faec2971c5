import type { RouterContext } from '@koa/router';
import { MessageError } from '../../domain/errors.ts';
import type { Listing } from '../../store/listing.ts';
import type { MessageStore } from '../../store/message-store.ts';
import { writeCursor } from '../cursor.ts';
import { type ChooseDurability, durabilityReached } from '../durability.ts';
import type { Locale } from '../locale/locale.ts';
import { checkRemoveQuery, checkReplayQuery } from '../query.ts';
import { readSelection, type Selection } from '../selection.ts';

export interface BulkHandlersOptions {
  readonly store: Pick<MessageStore, 'cancel' | 'replay'>;
  readonly listing: Pick<Listing, 'page'>;
  readonly chooseDurability: ChooseDurability;
  readonly locale: Locale;
}

export type BulkHandlers = ReturnType<typeof bulkHandlers>;

/** Messages looked up, and then changed in one trip to Redis. */
const PAGE = 1000;

/** Pages one request works through; what is left is for the next one. */
const MAX_PAGES = 10;

/** The handlers that change many messages: each by its own transition, as if asked for alone. */
export function bulkHandlers(options: BulkHandlersOptions) {
  const { store, listing, chooseDurability } = options;
  const { words } = options.locale;
  return {
    /** `DELETE /messages?confirm=delete`: cancels every message that the filters select. */
    async remove(ctx: RouterContext): Promise<void> {
      const { durability: asked, ...query } = checkRemoveQuery(ctx.querystring);
      const selection = readSelection(query);
      const durability = await chooseDurability(asked);
      const done = await forEach(listing, selection, (id) => store.cancel(id, durability));
      ctx.body = { status: words.removed, ...done, ...durabilityReached(durability) };
    },

    /** `POST /messages/replay`: replays every failed message that the filters select. */
    async replay(ctx: RouterContext): Promise<void> {
      const { durability: asked, ...query } = checkReplayQuery(ctx.querystring);
      const selection = readSelection({ ...query, status: 'failed' });
      const durability = await chooseDurability(asked);
      const done = await forEach(listing, selection, (id) => store.replay(id, durability));
      ctx.body = { status: words.replayed, ...done, ...durabilityReached(durability) };
    },
  };
}

/** @returns how many messages were changed, and where to go on when there may be more */
async function forEach(
  listing: Pick<Listing, 'page'>,
  { scope, ...selection }: Selection,
  act: (id: string) => Promise<unknown>,
): Promise<{ count: number; nextCursor?: string }> {
  let count = 0;
  let { after } = selection;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const from = after === undefined ? {} : { after };
    const { messages, next } = await listing.page({ ...selection, ...from, limit: PAGE });
    const changed = await Promise.all(messages.map(({ id }) => unlessRefused(act(id))));
    count += changed.filter(Boolean).length;
    if (next === undefined) return { count };
    after = next;
  }
  return after === undefined
    ? { count }
    : { count, nextCursor: writeCursor(scope, [after.score, after.id]) };
}

/** A message that has gone or changed state since it was looked up is left as it is. */
function unlessRefused(action: Promise<unknown>): Promise<boolean> {
  return action.then(
    () => true,
    (error: unknown) => {
      if (error instanceof MessageError) return false;
      throw error;
    },
  );
}
