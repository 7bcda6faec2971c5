import { dueAt, type Plan } from '../processes/plan.mjs';
import type { Arrival, Receiver } from '../stage/receiver.ts';

/** What became of a plan's messages. */
export interface Tally {
  /** Arrival − due time of each message, in ms, ascending; infinite for one that did not arrive. */
  readonly lateness: readonly number[];
  readonly early: number;
  readonly lost: number;
  /** Arrivals beyond the first of their message. */
  readonly repeated: number;
  /** When the last one arrived, epoch ms. */
  readonly lastAt: number;
}

/**
 * @param arrivals of any messages; only the plan's count
 * @param warmUp so many of the plan's first messages do not count
 */
export function tally(plan: Plan, arrivals: readonly Arrival[], warmUp = 0): Tally {
  const counted = new Set<string>();
  for (let n = warmUp; n < plan.count; n += 1) counted.add(`${plan.prefix}-${n}`);
  const first = new Map<string, number>();
  let lastAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const { id, at } of arrivals) {
    if (!counted.has(id)) continue;
    count += 1;
    lastAt = Math.max(lastAt, at);
    first.set(id, Math.min(first.get(id) ?? at, at));
  }
  const lateness = [...counted].map((id, i) => {
    return (first.get(id) ?? Number.POSITIVE_INFINITY) - dueAt(plan, warmUp + i);
  });
  lateness.sort((a, b) => a - b);
  return {
    lateness,
    early: lateness.filter((late) => late < 0).length,
    lost: counted.size - first.size,
    repeated: count - first.size,
    lastAt,
  };
}

/** After the last one, repeats are waited for, in ms. */
const GRACE_MS = 300;

/** Collects what arrives until all are there, or `until` (epoch ms), and what comes in excess. */
export async function collectAll(
  receiver: Receiver,
  count: number,
  until: number,
): Promise<Arrival[]> {
  const arrivals = await receiver.collect(count, until);
  const excess = await receiver.collect(Number.MAX_SAFE_INTEGER, Date.now() + GRACE_MS);
  return [...arrivals, ...excess];
}
