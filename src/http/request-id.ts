import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';

/** Lower case, as Node has it. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** What is taken over from a request: short, and safe in a header, a line of a log and a shell. */
const GIVEN = /^[\w.:@/+=-]{1,128}$/;

/** The number of a request tells it from others of this process, and this the process from others. */
const process = randomBytes(6).toString('hex');
let count = 0;

/** An id no other request has. Made for every request: a counter costs nothing. */
export function newRequestId(): string {
  count += 1;
  return `${process}-${count}`;
}

/** The id a request came with, unless that could do harm; then one of ours. */
export function takeRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && GIVEN.test(given) ? given : newRequestId();
}

/** The id of a request that `requestLog` let in. */
export function requestIdOf({ state }: Pick<Context, 'state'>): string {
  return String(state.requestId);
}
