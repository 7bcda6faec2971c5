import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from '../../src/runtime/clock.ts';

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** Turns of the event loop after which nothing goes on by itself: one may be waited for in another. */
const TURNS = 3;

/** Lets everything that can go on go on: microtasks run to exhaustion before the next macrotask. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
}

/** A clock that stands still until it is told to advance. */
export class FakeClock implements Clock {
  private time = 0;
  private readonly timers = new Set<Pending>();

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): Timer {
    const pending = { at: this.time + Math.max(0, delayMs), run };
    this.timers.add(pending);
    return { cancel: () => void this.timers.delete(pending) };
  }

  exactlyAfter(delayMs: number, run: () => void): Timer {
    return this.after(delayMs, run);
  }

  /** How many timers wait. */
  pending(): number {
    return this.timers.size;
  }

  /** Ms until the next timer; `undefined` when there is none. */
  untilNext(): number | undefined {
    const next = this.earliest();
    return next === undefined ? undefined : next.at - this.time;
  }

  /** Moves on by `ms`: runs what falls due on the way, in order, each followed by what it set going. */
  async advance(ms: number): Promise<void> {
    const target = this.time + ms;
    await settle();
    for (let next = this.earliest(); next && next.at <= target; next = this.earliest()) {
      this.time = next.at;
      this.timers.delete(next);
      next.run();
      await settle();
    }
    this.time = target;
  }

  /** The timer due first; of several due at once the one set first. */
  private earliest(): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.timers) {
      if (earliest === undefined || pending.at < earliest.at) earliest = pending;
    }
    return earliest;
  }
}
