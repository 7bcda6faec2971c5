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

const MINUTE_MS = 60_000;

/** `due.nextMinute`, `due.nextHour`, `due.nextDay`, in ms. */
const SPANS_MS = [MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS] as const;

/**
 * `GET /stats`: how many messages there are, when they are due, and how well it goes. `due` counts what
 * falls due later than now; `oldestOverdueMs` is about what did before.
 */
export function statsHandler(stats: Pick<Stats, 'read'>, events: EventSource, alarms: AlarmSource) {
  return async function read(ctx: RouterContext): Promise<void> {
    const { scheduled, delivering, failed, due, oldestOverdueMs, redisTime } =
      await stats.read(SPANS_MS);
    const [nextMinute, nextHour, nextDay] = due;
    ctx.body = {
      messages: { scheduled, delivering, failed },
      due: { nextMinute, nextHour, nextDay },
      oldestOverdueMs,
      events: { mode: events.eventMode(), missed: events.missedCount() },
      alarms: alarms.active(),
      redisTime: toInstant(redisTime),
    };
  };
}
