import type { Redis } from 'ioredis';
import type { DueHints } from './due-hints.ts';
import { answered } from './errors.ts';
import type { Keys } from './keys.ts';
import type { Scripts } from './scripts.ts';

/** How one partition stands. */
export interface PartitionState {
  readonly partition: number;
  /** How many messages have been due for longer than the grace. */
  readonly overdue: number;
}

/** The cursor a walk over all messages starts with, and ends with when it has come round. */
export const AUDIT_START = '0';

export interface AuditStep {
  /** Where the walk goes on. */
  readonly cursor: string;
  /** Messages mended in this step. */
  readonly rearmed: number;
  /** Message keys that another number of partitions spelled: no one delivers them. */
  readonly foreign: number;
}

/** How many keys Redis looks at per step of an audit: few, for deliveries wait meanwhile. */
const AUDIT_STEP_KEYS = 100;

/** A walk whose replica fell silent for this long is another's to begin, in ms. */
const AUDIT_TURN_MS = 10_000;

export interface UpkeepParts {
  readonly redis: Redis;
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
  readonly replica: string;
}

/** What the triggers ask of Redis: looks at the due index, and repairs. */
export class Upkeep {
  private readonly redis: Redis;
  private readonly scripts: Scripts;
  private readonly keys: Keys;
  private readonly hints: DueHints;
  private readonly replica: string;

  constructor(parts: UpkeepParts) {
    this.redis = parts.redis;
    this.scripts = parts.scripts;
    this.keys = parts.keys;
    this.hints = parts.hints;
    this.replica = parts.replica;
  }

  /**
   * Looks at every partition in one trip and announces the earliest due message of each.
   * @param graceMs what fell due longer ago than this counts as overdue
   */
  peek(graceMs: number): Promise<PartitionState[]> {
    return Promise.all(this.keys.allPartitions().map((p) => this.peekPartition(p, graceMs)));
  }

  /** Has Redis publish the expiry of a partition's first message, when that is overdue. */
  async announce(partition: number): Promise<void> {
    const { keys } = this;
    await this.scripts.run('announce', [keys.dueIndex(partition)], [keys.shadowPrefix(partition)]);
  }

  /** Removes dead letters older than `retentionMs`, at most `limit` of each partition. */
  async purge(retentionMs: number, limit: number): Promise<number> {
    const replies = await Promise.all(
      this.keys.allPartitions().map((partition) => {
        const args = [retentionMs, limit, this.keys.messagePrefix(partition)];
        return this.scripts.run('purge', [this.keys.failedIndex(partition)], args);
      }),
    );
    return replies.reduce((sum, [, purged]) => sum + Number(purged), 0);
  }

  /**
   * Takes the turn to walk over all messages, so that of many replicas one does.
   * @returns whether it is ours
   */
  async takeAuditTurn(): Promise<boolean> {
    const taken = this.redis.set(this.keys.auditTurn(), this.replica, 'PX', AUDIT_TURN_MS, 'NX');
    return (await answered(taken)) === 'OK';
  }

  /** One step of a walk over all messages: those that lost an index entry or shadow key are re-armed. */
  async audit(cursor: string): Promise<AuditStep> {
    await answered(this.redis.pexpire(this.keys.auditTurn(), AUDIT_TURN_MS));
    const [next, found] = await answered(
      this.redis.scan(
        cursor,
        'MATCH',
        this.keys.messagePattern(),
        'COUNT',
        AUDIT_STEP_KEYS,
        'TYPE',
        'hash',
      ),
    );
    const groups = this.groupByPartition(found);
    const replies = await Promise.all(
      [...groups].map(([partition, ids]) => this.rearm(partition, ids)),
    );
    const rearmed = replies.reduce((sum, mended) => sum + mended, 0);
    const known = [...groups.values()].reduce((sum, ids) => sum + ids.length, 0);
    return { cursor: next, rearmed, foreign: found.length - known };
  }

  private async rearm(partition: number, ids: string[]): Promise<number> {
    const { keys } = this;
    const [, mended] = await this.scripts.run(
      'rearm',
      [keys.dueIndex(partition), keys.deliveringIndex(partition), keys.failedIndex(partition)],
      [keys.messagePrefix(partition), keys.shadowPrefix(partition), ...ids],
    );
    return Number(mended);
  }

  private groupByPartition(messageKeys: string[]): Map<number, string[]> {
    const groups = new Map<number, string[]>();
    for (const key of messageKeys) {
      const id = this.keys.idOfMessage(key);
      if (id === undefined) continue;
      const partition = this.keys.partitionOf(id);
      const group = groups.get(partition);
      if (group === undefined) groups.set(partition, [id]);
      else group.push(id);
    }
    return groups;
  }

  private async peekPartition(partition: number, graceMs: number): Promise<PartitionState> {
    const [, now, dueAt, overdue] = await this.scripts.run(
      'peek',
      [this.keys.dueIndex(partition)],
      [graceMs],
    );
    if (dueAt !== '') {
      this.hints.announce({ partition, dueInMs: Number(dueAt) - Number(now) });
    }
    return { partition, overdue: Number(overdue) };
  }
}
