import { formatInstant } from '../domain/schedule-time.ts';

/** The last instant a `Date` can hold, and minus the first: 100 million days from the epoch, in ms. */
const DATE_LIMIT_MS = 8.64e15;

/** An instant (epoch ms) as ISO 8601 in UTC; null for what is none, such as a field damaged by hand. */
export function toInstant(epochMs: number): string | null {
  return Math.abs(epochMs) <= DATE_LIMIT_MS ? formatInstant(epochMs) : null;
}
