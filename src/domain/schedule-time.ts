import { DateTime, Duration } from 'luxon';

/**
 * Calendar date; optionally a time, with an offset of at most 14 hours. Week dates, bare times and zones
 * by name are not due times. The fraction of the second is split where the millisecond ends.
 */
export const DUE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}(?::?\d{2}(?::?\d{2})?)?)(?:[.,](\d{1,3})(\d{0,27}))?([Zz]|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?$/;

/**
 * Reads a due time: ISO 8601, `T` or a space between date and time. With an offset or `Z` it is that
 * instant; without one it is UTC. Finer than a millisecond is rounded up, so that nothing is early.
 * @returns epoch ms, or `undefined` when the text is no such date or names a day that does not exist
 */
export function parseScheduleTime(text: string): number | undefined {
  const [matched, date, time = '00', ms = '0', rest = '', offset = 'Z'] = DUE_TIME.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const instant = DateTime.fromISO(`${date}T${time}${offset}`, { zone: 'utc' });
  if (!instant.isValid) return undefined;
  return instant.toMillis() + Number(ms.padEnd(3, '0')) + (/[1-9]/.test(rest) ? 1 : 0);
}

/** An ISO 8601 duration names at least one part, and after its `T` at least one more; luxon does not mind. */
const DURATION = /^[^T]*\d[^T]*$|T.*\d/;

/** The last instant that can be written with a four-digit year, epoch ms. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Reads a delay: milliseconds, or an ISO 8601 duration (`PT5M`, `P1DT12H`; months and years by the
 * calendar, in UTC).
 * @param now epoch ms the delay counts from
 * @returns the due time in epoch ms, or `undefined` when the text is no duration, or a negative one, or
 *   leads past the year 9999
 */
export function parseDelay(delay: number | string, now: number): number | undefined {
  if (typeof delay === 'string' && !DURATION.test(delay)) return undefined;
  const duration = typeof delay === 'number' ? { milliseconds: delay } : Duration.fromISO(delay);
  if (duration instanceof Duration && !duration.isValid) return undefined;
  const due = Math.ceil(DateTime.fromMillis(now, { zone: 'utc' }).plus(duration).toMillis());
  return due >= now && due <= LAST_INSTANT ? due : undefined;
}

/** Writes an instant (epoch ms) as ISO 8601 in UTC, to the millisecond. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
