import { DateTime } from 'luxon';

/** A calendar date, optionally with a time; week dates and bare times are not due times. */
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]|$)/;

/** Digits below the millisecond, not all of them zero (`DateTime` drops them). */
const BELOW_MILLISECOND = /[.,]\d{3}(?=\d*[1-9])/;

/**
 * Reads a due time: ISO 8601, `T` or a space between date and time. With an offset or `Z` it is that
 * instant; without one it is UTC. Finer than a millisecond is rounded up, so that nothing is early.
 * @returns epoch ms, or `undefined` when the text is no such date or names a day that does not exist
 */
export function parseScheduleTime(text: string): number | undefined {
  if (!CALENDAR_DATE.test(text)) return undefined;
  const instant = DateTime.fromISO(text.replace(' ', 'T'), { zone: 'utc' });
  if (!instant.isValid) return undefined;
  return instant.toMillis() + (BELOW_MILLISECOND.test(text) ? 1 : 0);
}

/** Writes an instant (epoch ms) as ISO 8601 in UTC, to the millisecond. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
