import { DateTime, Duration } from 'luxon';

/**
 * Calendar date; optionally a time, with an offset of at most 14 hours. Week dates, bare times and zones
 * by name are not due times. The fraction of the second is split where the millisecond ends.
 */
export const DUE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](?:(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?)(?:[.,](\d{1,3})(\d{0,27}))?(?:[Zz]|([+-])(0\d|1[0-4])(?::?([0-5]\d))?)?)?$/;

/** The first and the last instant that can be written with a four-digit year, in UTC, epoch ms. */
const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a due time: ISO 8601, `T` or a space between date and time. With an offset or `Z` it is that
 * instant; without one it is UTC. Finer than a millisecond is rounded up, so that nothing is early.
 * @returns epoch ms, or `undefined` when the text is no such date, names a day or time that does not exist,
 *   or an instant before the year 0 or past the year 9999 in UTC
 */
export function parseScheduleTime(text: string): number | undefined {
  const parts = DUE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = 0, minute = 0, second = 0, ms = '0', rest = '', sign] = parts;
  const [offsetHour = 0, offsetMinute = 0] = parts.slice(10);
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  const time = msOfDay(Number(hour), Number(minute), Number(second));
  if (midnight === undefined || time === undefined) return undefined;
  const fraction = Number(ms.padEnd(3, '0')) + (/[1-9]/.test(rest) ? 1 : 0);
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  const instant = midnight + time + fraction + (sign === '-' ? offset : -offset);
  return instant >= FIRST_INSTANT && instant <= LAST_INSTANT ? instant : undefined;
}

/** Epoch ms at which a day of UTC begins; `undefined` when the calendar has no such day. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  // Unlike `Date.UTC` this takes the years before 100 as they are.
  const date = new Date(new Date(0).setUTCFullYear(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : undefined;
}

/** Ms since midnight, 24:00:00 included; `undefined` when a day has no such time. */
function msOfDay(hour: number, minute: number, second: number): number | undefined {
  const seconds = hour * 3600 + minute * 60 + second;
  return minute < 60 && second < 60 && seconds <= 24 * 3600 ? seconds * 1000 : undefined;
}

/** An ISO 8601 duration names at least one part, and after its `T` at least one more; luxon does not mind. */
const DURATION = /^[^T]*\d[^T]*$|T.*\d/;

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
