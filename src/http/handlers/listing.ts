import type { RouterContext } from '@koa/router';
import type { ListedMessage } from '../../domain/message.ts';
import { maskUrl } from '../../runtime/secrets.ts';
import type { Listing } from '../../store/listing.ts';
import { writeCursor } from '../cursor.ts';
import { toInstant } from '../instant.ts';
import { checkListingQuery } from '../query.ts';
import { readSelection } from '../selection.ts';

/**
 * `GET /messages`: messages in the order in which they need attention, page by page.
 *
 * `count` is the number of all messages that match, on every page, where an index knows it: without a
 * filter, for the failed, in a due window. Filters by tag, host and the other statuses are looked up in
 * the messages one by one; then `count` is what it would be without them.
 */
export function listingHandler(listing: Pick<Listing, 'page'>) {
  return async function list(ctx: RouterContext): Promise<void> {
    const { limit, ...parameters } = checkListingQuery(ctx.querystring);
    const { scope, ...selection } = readSelection(parameters);
    const { messages, next, total } = await listing.page({ ...selection, limit });
    ctx.body = {
      scheduledJobs: messages.map((message) => toJob(message)),
      count: total,
      nextCursor: next && writeCursor(scope, [next.score, next.id]),
    };
  };
}

function toJob({ id, status, dueAt, method, webhookUrl }: ListedMessage) {
  return {
    messageId: id,
    nextRun: status === 'failed' ? null : toInstant(dueAt),
    job: `${method} ${maskUrl(webhookUrl)}`,
  };
}
