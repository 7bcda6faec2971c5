import type { ClockShift } from './history.ts';

/** Between Redis saying that a message is due and its arrival may lie this much, in ms. */
const UNDER_WAY_MS = 60_000;

/**
 * Redis' time at an instant of this machine, as late as it can have been when what happens now was
 * decided: a clock that was set back meanwhile does not make a message early.
 */
export function redisTime(at: number, shifts: readonly ClockShift[]): number {
  return at + Math.max(...offsetsAt(at, shifts));
}

/** Redis' time at an instant of this machine, as early as it can have been. */
export function earliest(at: number, shifts: readonly ClockShift[]): number {
  return at + Math.min(...offsetsAt(at, shifts));
}

function offsetsAt(at: number, shifts: readonly ClockShift[]): number[] {
  const past = [{ at: 0, offsetMs: 0 }, ...shifts].filter((shift) => shift.at <= at);
  // In force until the next shift: those that ended long ago do not count.
  return past
    .filter((_, i) => (past[i + 1]?.at ?? Number.POSITIVE_INFINITY) > at - UNDER_WAY_MS)
    .map(({ offsetMs }) => offsetMs);
}
