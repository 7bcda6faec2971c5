import { formatInstant } from '../../src/domain/schedule-time.ts';
import type { Inspection } from '../../src/store/inspection.ts';
import { number } from '../transfer/summary.ts';
import { localTime, span } from './format.ts';
import type { View } from './lists.ts';

const MINUTE_MS = 60_000;
const SPANS_MS = [MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS];

/** How much there is, when it is due, and who works on it. */
export async function viewStats({ stats, runningReplicas }: Inspection): Promise<View> {
  const { scheduled, delivering, failed, due, overdue, oldestOverdueMs, redisTime } =
    await stats.read(SPANS_MS);
  const replicas = await runningReplicas();
  const [nextMinute = 0, nextHour = 0, nextDay = 0] = due;
  const rows: [string, string][] = [
    ['scheduled', number(scheduled)],
    ['delivering', number(delivering)],
    ['failed', number(failed)],
    ['due within a minute', number(nextMinute)],
    ['due within an hour', number(nextHour)],
    ['due within a day', number(nextDay)],
    ['overdue', overdue === 0 ? '0' : `${number(overdue)}, for ${span(oldestOverdueMs)} at most`],
    ['replicas', replicas.length === 0 ? 'none is connected' : replicas.join(', ')],
    ['time of Redis', localTime(redisTime)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return {
    json: {
      messages: { scheduled, delivering, failed },
      due: { nextMinute, nextHour, nextDay },
      overdue,
      oldestOverdueMs,
      replicas,
      redisTime: formatInstant(Math.floor(redisTime)),
    },
    lines: rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  };
}
