import { type MessageFilter, parseDestination } from '../domain/message-filter.ts';
import type { IndexPosition, ListingQuery } from '../store/listing.ts';
import { type CursorScope, readCursor } from './cursor.ts';
import { STATUS_BY_WORD } from './locale/locale.ts';
import { readSpan } from './query.ts';
import type { SelectionParameters } from './query-schemas.ts';

/** A score as Redis writes it. */
const SCORE = /^-?(?:\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?|inf)$/;

/** Which messages are meant: an index, a part of it, and what to look for there. */
export interface Selection extends Omit<ListingQuery, 'limit'> {
  /** What a cursor into it is good for. */
  readonly scope: CursorScope;
}

/**
 * The messages that a checked query selects.
 * @throws ProblemError when its span of time ends before it begins, or its cursor is from elsewhere
 */
export function readSelection(parameters: SelectionParameters): Selection {
  const { dueFrom, dueTo, cursor } = parameters;
  const span = readSpan(['dueFrom', 'dueTo'], dueFrom, dueTo);
  const filter = readFilter(parameters);
  const { status, tag, host } = filter;
  const index = status === 'failed' ? 'failed' : 'due';
  const scope = { list: index, filters: [span.from, span.to, status, tag, host] };
  const after = cursor === undefined ? {} : { after: readPosition(cursor, scope) };
  return { index, ...span, filter, ...after, scope };
}

function readFilter({ status, tag, host }: SelectionParameters): MessageFilter {
  const canonical = status === undefined ? undefined : STATUS_BY_WORD.get(status);
  const destination = host === undefined ? undefined : parseDestination(host);
  return {
    ...(canonical === undefined ? {} : { status: canonical }),
    ...(tag === undefined ? {} : { tag }),
    ...(destination === undefined ? {} : { host: destination }),
  };
}

function readPosition(cursor: string, scope: CursorScope): IndexPosition {
  const [score, id] = readCursor(cursor, scope, isIndexPlace);
  return { score, id };
}

function isIndexPlace(
  position: readonly unknown[],
): position is readonly [score: string, id: string] {
  const [score, id] = position;
  return (
    position.length === 2 &&
    SCORE.test(String(score)) &&
    typeof score === 'string' &&
    typeof id === 'string'
  );
}
