import { type Clock, pause } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Repeater } from '../runtime/repeater.ts';
import type { AuditStep, Upkeep } from '../store/upkeep.ts';

export interface ReconcilerOptions {
  readonly upkeep: Pick<Upkeep, 'peek' | 'purge' | 'takeAuditTurn' | 'audit' | 'endAuditTurn'>;
  readonly dispatcher: {
    wakeAll(): void;
    isSaturated(): boolean;
  };
  /** Between two sweeps, and between two walks over all messages, in ms. */
  readonly intervalMs: number;
  /** How long failed messages are kept, in ms. */
  readonly failedRetentionMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Share of the interval that is random, so that replicas do not sweep in step. */
const JITTER = 0.2;

/** Share of the interval that no other replica walks in after a walk; ours comes later than that. */
const REST = 0.75;

/** Due for longer than this, though there was room: no event announced it. In ms. */
const MISSED_AFTER_MS = 1000;

/** Most dead letters one sweep removes from each partition: bounds the time it holds Redis up. */
const PURGE_LIMIT = 1000;

/** Pause between the steps of an audit, in ms: a walk over a million messages must not be felt. */
const AUDIT_STEP_PAUSE_MS = 100;

/** Most hashes that a walk names: a database full of something else must not fill the log. */
const MOST_NAMED = 100;

/**
 * The backstop. Wakes the dispatcher for what no event announced: at start, after every subscription and
 * on an interval. Purges old dead letters, and in the background walks all messages to re-arm those that
 * lost their index entry or shadow key, and to schedule those that were written by hand.
 */
export class Reconciler extends LongLivedPart {
  readonly name = 'reconciler';
  private readonly options: ReconcilerOptions;
  private readonly sweeps: Repeater;
  private readonly audits: Repeater;
  private missed = 0;
  /** Messages written by hand that the last walk could not read, each with the reason. */
  private unreadable: ReadonlySet<string> = new Set();
  /** What is due at the first sweep fell due while no one listened, however short ago. */
  private graceMs = 0;

  constructor(options: ReconcilerOptions) {
    super();
    this.options = options;
    const { clock, log, intervalMs } = options;
    this.sweeps = new Repeater({
      name: 'reconciler sweep',
      intervalMs,
      jitter: JITTER,
      task: () => this.sweep(),
      clock,
      log,
    });
    this.audits = new Repeater({
      name: 'reconciler audit',
      intervalMs,
      jitter: JITTER,
      task: (signal) => this.audit(signal),
      clock,
      log,
    });
  }

  /** How many messages were found due with no event having announced them, since start. */
  missedCount(): number {
    return this.missed;
  }

  /** Asks for a sweep now instead of at the next interval. */
  sweepNow(): void {
    this.sweeps.trigger();
  }

  protected async onStart(): Promise<void> {
    this.graceMs = 0;
    await this.sweeps.start();
    await this.audits.start();
  }

  protected async onStop(): Promise<void> {
    await Promise.all([this.sweeps.stop(), this.audits.stop()]);
  }

  private async sweep(): Promise<void> {
    const { upkeep, dispatcher, failedRetentionMs, log } = this.options;
    const hadRoom = !dispatcher.isSaturated();
    const partitions = await upkeep.peek(this.graceMs);
    this.graceMs = MISSED_AFTER_MS;
    dispatcher.wakeAll();
    const overdue = partitions.reduce((sum, partition) => sum + partition.overdue, 0);
    if (overdue > 0 && hadRoom) {
      this.missed += overdue;
      log.warn(
        { overdue },
        'messages were overdue with no event heard; they are being delivered now',
      );
    }
    const purged = await upkeep.purge(failedRetentionMs, PURGE_LIMIT);
    if (purged > 0) log.info({ purged }, 'removed failed messages past their retention');
  }

  private async audit(signal: AbortSignal): Promise<void> {
    const { upkeep, clock, intervalMs } = this.options;
    if (!(await upkeep.takeAuditTurn())) return;
    let foreign = 0;
    const unreadable = new Set<string>();
    for await (const step of upkeep.audit()) {
      this.reportRearmed(step.rearmed);
      this.reportHandWritten(step, unreadable);
      foreign += step.foreign;
      await pause(clock, AUDIT_STEP_PAUSE_MS, signal);
      if (signal.aborted) break;
    }
    await upkeep.endAuditTurn(Math.floor(intervalMs * REST));
    this.unreadable = unreadable;
    this.reportForeign(foreign);
  }

  private reportRearmed(rearmed: number): void {
    if (rearmed === 0) return;
    this.options.log.warn({ rearmed }, 're-armed messages without index entry or shadow key');
  }

  /** @param found what could not be read in this walk: named when the one before did not come across it */
  private reportHandWritten({ enrolled, unreadable }: AuditStep, found: Set<string>): void {
    const { log } = this.options;
    if (enrolled > 0) log.info({ enrolled }, 'scheduled messages that were written by hand');
    for (const { id, reason } of unreadable) {
      const fault = `${id} ${reason}`;
      if (!this.unreadable.has(fault) && !found.has(fault) && found.size < MOST_NAMED) {
        log.warn({ id, reason }, 'a message that was written by hand cannot be scheduled');
      }
      found.add(fault);
    }
  }

  private reportForeign(foreign: number): void {
    if (foreign === 0) return;
    this.options.log.error(
      { foreign },
      'messages are stored under another number of PARTITIONS, and nobody delivers them',
    );
  }
}
