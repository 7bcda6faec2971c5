import type { RouterContext } from '@koa/router';
import type { Deliveries, DeliveriesQuery, Delivery, LogPosition } from '../../store/deliveries.ts';
import { type CursorScope, readCursor, writeCursor } from '../cursor.ts';
import { toInstant } from '../instant.ts';
import { checkDeliveriesQuery, readSpan } from '../query.ts';
import type { DeliveriesParameters } from '../query-schemas.ts';

/** A stream id that Redis takes: epoch ms, not 0, and a sequence number under 2^63. */
const STREAM_ID = /^[1-9]\d{0,14}-\d{1,18}$/;

/** `GET /deliveries`: the attempts the delivery log still has, newest first, page by page. */
export function deliveriesHandler(deliveries: Pick<Deliveries, 'page'>) {
  return async function recent(ctx: RouterContext): Promise<void> {
    const { query, scope } = readQuery(checkDeliveriesQuery(ctx.querystring));
    const page = await deliveries.page(query);
    ctx.body = {
      deliveries: page.deliveries.map(toEntry),
      nextCursor: page.next && writeCursor(scope, [page.next.streamId, page.next.partition]),
    };
  };
}

function toEntry({ at, streamId: _, partition: __, ...delivery }: Delivery) {
  const { id, attempt, ...rest } = delivery;
  return { id, attempt, at: toInstant(at), ...rest };
}

function readQuery({ limit, cursor, id, outcome, ...times }: DeliveriesParameters): {
  query: DeliveriesQuery;
  scope: CursorScope;
} {
  const span = readSpan(['from', 'to'], times.from, times.to);
  const scope = { list: 'deliveries', filters: [span.from, span.to, id, outcome] };
  const query = {
    limit,
    ...span,
    ...(id === undefined ? {} : { id }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(cursor === undefined ? {} : { after: readPosition(cursor, scope) }),
  };
  return { query, scope };
}

function readPosition(cursor: string, scope: CursorScope): LogPosition {
  const [streamId, partition] = readCursor(cursor, scope, isLogPlace);
  return { streamId, partition };
}

function isLogPlace(
  position: readonly unknown[],
): position is readonly [streamId: string, partition: number] {
  const [streamId, partition] = position;
  return (
    position.length === 2 &&
    typeof streamId === 'string' &&
    STREAM_ID.test(streamId) &&
    Number.isInteger(partition)
  );
}
