import { DateTime } from 'luxon';

/**
 * Calendar date; optionally a time, with an offset of at most 14 hours. Week dates, bare times and zones
 * by name are not due times. The fraction of the second is split where the millisecond ends.
 */
const DUE_TIME =
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

/** Writes an instant (epoch ms) as ISO 8601 in UTC, to the millisecond. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
