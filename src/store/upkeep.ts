import type { Connections, Master } from './connections/connections.ts';
import type { DueHints } from './due-hints.ts';
import { answered } from './errors.ts';
import { Enrolment, type HandWritten, toHandWritten, type Unreadable } from './hand-written.ts';
import type { Keys } from './keys.ts';
import type { Scripts } from './scripts.ts';

/** How one partition stands. */
export interface PartitionState {
  readonly partition: number;
  /** How many messages have been due for longer than the grace. */
  readonly overdue: number;
}

/** One step of a walk over all messages. */
export interface AuditStep {
  /** Messages mended in this step. */
  readonly rearmed: number;
  /** Messages written by hand that were scheduled in this step. */
  readonly enrolled: number;
  /** Messages written by hand that cannot be. */
  readonly unreadable: readonly Unreadable[];
  /** Message keys that another number of partitions spelled: no one delivers them. */
  readonly foreign: number;
}

/** How many keys Redis looks at per step of an audit: few, for deliveries wait meanwhile. */
const AUDIT_STEP_KEYS = 100;

/** A walk whose replica fell silent for this long is another's to begin, in ms. */
const AUDIT_TURN_MS = 10_000;

export interface UpkeepParts {
  readonly connections: Connections;
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly hints: DueHints;
  readonly replica: string;
}

/** What the triggers ask of Redis: looks at the due index, and repairs. */
export class Upkeep {
  private readonly connections: Connections;
  private readonly scripts: Scripts;
  private readonly keys: Keys;
  private readonly hints: DueHints;
  private readonly replica: string;
  private readonly enrolment: Enrolment;

  constructor(parts: UpkeepParts) {
    this.connections = parts.connections;
    this.scripts = parts.scripts;
    this.keys = parts.keys;
    this.hints = parts.hints;
    this.replica = parts.replica;
    this.enrolment = new Enrolment(parts);
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
    const { commands } = this.connections;
    const taken = commands.set(this.keys.auditTurn(), this.replica, 'PX', AUDIT_TURN_MS, 'NX');
    return (await answered(taken)) === 'OK';
  }

  /** Keeps the turn from every other replica for so long at most, in ms, and then leaves it to whoever comes. */
  async endAuditTurn(restMs: number): Promise<void> {
    const rest = Math.min(restMs, AUDIT_TURN_MS);
    await answered(this.connections.commands.pexpire(this.keys.auditTurn(), rest));
  }

  /**
   * Walks over all messages, a step at a time: those that lost an index entry or shadow key are re-armed,
   * those that were written by hand are scheduled. The turn is kept from step to step.
   */
  async *audit(): AsyncGenerator<AuditStep> {
    for (const master of this.connections.masters()) {
      let cursor = '0';
      do {
        await answered(this.connections.commands.pexpire(this.keys.auditTurn(), AUDIT_TURN_MS));
        const [next, found] = await this.scan(master, cursor);
        yield await this.mend(found);
        cursor = next;
      } while (cursor !== '0');
    }
  }

  private scan(master: Master, cursor: string): Promise<[next: string, keys: string[]]> {
    const pattern = this.keys.messagePattern();
    const step = master
      .server()
      .scan(cursor, 'MATCH', pattern, 'COUNT', AUDIT_STEP_KEYS, 'TYPE', 'hash');
    return answered(step);
  }

  private async mend(found: string[]): Promise<AuditStep> {
    const groups = this.groupByPartition(found);
    const replies = await Promise.all(
      [...groups].map(([partition, ids]) => this.rearm(partition, ids)),
    );
    const rearmed = replies.reduce((sum, { mended }) => sum + mended, 0);
    const known = [...groups.values()].reduce((sum, ids) => sum + ids.length, 0);
    const written = replies.flatMap(({ byHand }) => byHand);
    const results = await Promise.all(written.map((one) => this.enrolment.enrol(one)));
    return {
      rearmed,
      enrolled: results.filter((result) => result === 'enrolled').length,
      unreadable: results.filter((result) => typeof result === 'object'),
      foreign: found.length - known,
    };
  }

  private async rearm(
    partition: number,
    ids: string[],
  ): Promise<{ mended: number; byHand: HandWritten[] }> {
    const { keys } = this;
    const [, mended, ...byHand] = await this.scripts.run(
      'rearm',
      [keys.dueIndex(partition), keys.deliveringIndex(partition), keys.failedIndex(partition)],
      [keys.messagePrefix(partition), keys.shadowPrefix(partition), ...ids],
    );
    return { mended: Number(mended), byHand: toHandWritten(byHand) };
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
