/** The contract of every long-lived part. Both calls are idempotent and safe to repeat in any order. */
export interface Part {
  /** For the log. */
  readonly name: string;
  /** Resolves when the part is at work. */
  start(): Promise<void>;
  /** Resolves when the part is at rest and holds nothing open. Never rejects half-stopped. */
  stop(): Promise<void>;
}

/**
 * Implements the contract once: `onStart` and `onStop` each run at most once per start; a stop that
 * comes during a start waits for it; a part can be started again after it was stopped.
 */
export abstract class LongLivedPart implements Part {
  abstract readonly name: string;
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  protected abstract onStart(): void | Promise<void>;
  protected abstract onStop(): void | Promise<void>;

  /** Called at once when a stop is asked for, also in the middle of a start: for ending a wait there. */
  protected onStopRequested(): void {
    // Most parts start without waiting.
  }

  start(): Promise<void> {
    this.starting ??= this.afterStop();
    return this.starting;
  }

  stop(): Promise<void> {
    if (this.starting === undefined) return this.stopping ?? Promise.resolve();
    const started = this.starting;
    this.starting = undefined;
    this.onStopRequested();
    this.stopping = settled(started).then(() => this.onStop());
    return this.stopping;
  }

  private async afterStop(): Promise<void> {
    const stopBefore = this.stopping;
    if (stopBefore !== undefined) await settled(stopBefore);
    const started = this.onStart();
    // Asked for while the part was at rest, the stop could not end a wait that had not begun.
    if (this.stopping !== stopBefore) this.onStopRequested();
    await started;
  }
}

/** Waits for a promise whichever way it ends; whoever started it has its error. */
function settled(promise: Promise<void>): Promise<void> {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}
