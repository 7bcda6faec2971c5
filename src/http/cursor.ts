import { createHash } from 'node:crypto';
import { ProblemError } from './problems.ts';

/** What a cursor belongs to: it leads nowhere else. */
export interface CursorScope {
  /** The list it is of. */
  readonly list: string;
  /** Everything that decides what is in the list, in an order that is always the same. */
  readonly filters: readonly unknown[];
}

type Position = readonly (string | number)[];

/** Goes up when cursors change: those of another version are refused. */
const VERSION = 1;

/** A place in a list, as a client carries it from page to page: base64url of JSON, opaque to it. */
export function writeCursor(scope: CursorScope, position: Position): string {
  const content = [VERSION, scope.list, position, digest(scope, position)];
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/**
 * Reads a cursor. Its digest tells one that was damaged, or comes from another list or other filters. It is
 * no secret: who forges one only chooses where to begin, so the position's form is checked as well.
 * @param isPosition whether what the cursor holds is a place in this list
 * @throws ProblemError (400, naming `cursor`) when it is none of this list
 */
export function readCursor<T extends Position>(
  text: string,
  scope: CursorScope,
  isPosition: (position: Position) => position is T,
): T {
  const position = positionOf(text);
  // Written anew it must be the same text: base64url as such has many spellings of one content.
  if (position === undefined || !isPosition(position) || writeCursor(scope, position) !== text) {
    throw new ProblemError('invalid-cursor', '', {
      fields: [{ field: 'cursor', rule: 'cursor', limit: '' }],
    });
  }
  return position;
}

function positionOf(text: string): Position | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const position: unknown = Array.isArray(content) ? content[2] : undefined;
    return Array.isArray(position) ? position : undefined;
  } catch {
    return undefined;
  }
}

function digest({ list, filters }: CursorScope, position: Position): string {
  const signed = JSON.stringify([VERSION, list, filters, position]);
  return createHash('sha256').update(signed).digest('base64url').slice(0, 16);
}
