import type { Keys } from './keys.ts';
import type { ScriptReply, Scripts } from './scripts.ts';

/** How much there is, and when it is due. */
export interface StatsSnapshot {
  readonly scheduled: number;
  readonly delivering: number;
  readonly failed: number;
  /** For each span asked for, how many messages fall due later than now and within it. */
  readonly due: readonly number[];
  /** How many messages are due and not being delivered. */
  readonly overdue: number;
  /** For how long the message due first has been so, in ms; 0 when none is. */
  readonly oldestOverdueMs: number;
  /** Redis time, epoch ms. */
  readonly redisTime: number;
}

/** Counts messages; each partition's figures are of one moment. */
export class Stats {
  private readonly scripts: Scripts;
  private readonly keys: Keys;

  constructor(scripts: Scripts, keys: Keys) {
    this.scripts = scripts;
    this.keys = keys;
  }

  /** @param spansMs spans from now to count due messages in, in ms */
  async read(spansMs: readonly number[]): Promise<StatsSnapshot> {
    const { keys, scripts } = this;
    const replies = await Promise.all(
      keys.allPartitions().map((p) => {
        const indexes = [keys.dueIndex(p), keys.deliveringIndex(p), keys.failedIndex(p)];
        return scripts.run('stats', indexes, [...spansMs]);
      }),
    );
    return replies.map(decode).reduce(add);
  }
}

function decode([, now, ...counts]: ScriptReply): StatsSnapshot {
  const [scheduled, delivering, failed, oldestOverdueMs, due, overdue] = counts;
  return {
    scheduled: Number(scheduled),
    delivering: Number(delivering),
    failed: Number(failed),
    due: due as number[],
    overdue: Number(overdue),
    oldestOverdueMs: Number(oldestOverdueMs),
    redisTime: Number(now),
  };
}

function add(a: StatsSnapshot, b: StatsSnapshot): StatsSnapshot {
  return {
    scheduled: a.scheduled + b.scheduled,
    delivering: a.delivering + b.delivering,
    failed: a.failed + b.failed,
    due: a.due.map((count, i) => count + (b.due[i] ?? 0)),
    overdue: a.overdue + b.overdue,
    oldestOverdueMs: Math.max(a.oldestOverdueMs, b.oldestOverdueMs),
    redisTime: Math.max(a.redisTime, b.redisTime),
  };
}
