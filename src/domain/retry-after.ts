/** Statuses whose `Retry-After` says when to try again (RFC 9110, 15.6.4; RFC 6585, 4). */
const STATUSES: ReadonlySet<number> = new Set([429, 503]);

/**
 * The date of HTTP, which servers must write, and the two old forms, which clients must read (RFC 9110,
 * 5.6.7). `Date.parse` alone reads much that is no date.
 */
const HTTP_DATE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * How long a receiver asks to be left alone: seconds or an HTTP date.
 * @param now epoch ms, which a date counts from
 * @returns ms, 0 for a date that has passed; `undefined` when the status has no such wish, or the text
 *   is none
 */
export function retryAfterMs(
  statusCode: number,
  text: string | undefined,
  now: number,
): number | undefined {
  if (text === undefined || !STATUSES.has(statusCode)) return undefined;
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!HTTP_DATE.test(trimmed)) return undefined;
  // The oldest form leaves out that it is in GMT.
  const at = Date.parse(trimmed.endsWith('GMT') ? trimmed : `${trimmed} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
