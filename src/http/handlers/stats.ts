import type { RouterContext } from '@koa/router';
import type { Stats } from '../../store/stats.ts';
import { toInstant } from '../instant.ts';
import type { AlarmSource } from './health.ts';

/** What the API tells of Redis' expired-key events. */
export interface EventSource {
  /** Whether they reach this process. */
  eventMode(): string;
  /** How many messages were found due with no event having announced them, since start. */
  missedCount(): number;
}

/** What the API tells of receivers, as this process knows them. */
export interface ReceiverSource {
  /** How many messages wait for a place at theirs, as far as that is remembered. */
  deferredCount(): number;
  /** Those that are left alone for now, or tried again; the one that failed last at the end. */
  notClosed(): readonly UnwellReceiver[];
}

export interface UnwellReceiver {
  readonly origin: string;
  readonly state: 'open' | 'half-open';
  /** In a row. */
  readonly failures: number;
  readonly probeInMs: number;
}

/** Most receivers that are named. */
const MAX_NAMED = 100;

const MINUTE_MS = 60_000;

/** `due.nextMinute`, `due.nextHour`, `due.nextDay`, in ms. */
const SPANS_MS = [MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS] as const;

/**
 * `GET /stats`: how many messages there are, when they are due, and how well it goes. `due` counts what
 * falls due later than now; `oldestOverdueMs` is about what did before.
 */
export function statsHandler(
  stats: Pick<Stats, 'read'>,
  events: EventSource,
  receivers: ReceiverSource,
  alarms: AlarmSource,
) {
  return async function read(ctx: RouterContext): Promise<void> {
    const { scheduled, delivering, failed, due, oldestOverdueMs, redisTime } =
      await stats.read(SPANS_MS);
    const [nextMinute, nextHour, nextDay] = due;
    ctx.body = {
      messages: { scheduled, delivering, failed },
      due: { nextMinute, nextHour, nextDay },
      oldestOverdueMs,
      events: { mode: events.eventMode(), missed: events.missedCount() },
      receivers: describe(receivers),
      alarms: alarms.active(),
      redisTime: toInstant(redisTime),
    };
  };
}

function describe(receivers: ReceiverSource) {
  const unwell = receivers.notClosed();
  const open = unwell.filter(({ state }) => state === 'open').length;
  return {
    deferred: receivers.deferredCount(),
    open,
    halfOpen: unwell.length - open,
    unwell: unwell.slice(-MAX_NAMED).reverse(),
  };
}
