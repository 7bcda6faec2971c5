import { type Clock, pause } from './clock.ts';
import { LongLivedPart } from './lifecycle.ts';
import type { Logger } from './logger.ts';

export interface RepeaterOptions {
  readonly name: string;
  /** Pause between the end of one run and the start of the next, in ms. */
  readonly intervalMs: number;
  /** Share of the interval that is random, both ways, so that replicas do not march in step. */
  readonly jitter: number;
  /** One run. An error is logged and the next run comes as usual. */
  readonly task: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Runs a task again and again, never twice at once. The first run comes at once. */
export class Repeater extends LongLivedPart {
  readonly name: string;
  private readonly options: RepeaterOptions;
  private aborter = new AbortController();
  private endPause = new AbortController();
  private failing = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(options: RepeaterOptions) {
    super();
    this.name = options.name;
    this.options = options;
  }

  /** Makes the next run come now; during a run, right after it. */
  trigger(): void {
    this.endPause.abort();
  }

  protected onStart(): void {
    this.aborter = new AbortController();
    this.loop = this.run(this.aborter.signal);
  }

  /** Ends the pause at once and waits for the run in progress. */
  protected async onStop(): Promise<void> {
    this.aborter.abort();
    this.endPause.abort();
    await this.loop;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.endPause = new AbortController();
      await this.runOnce(signal);
      if (!signal.aborted) await pause(this.options.clock, this.nextPause(), this.endPause.signal);
    }
  }

  private async runOnce(signal: AbortSignal): Promise<void> {
    const { task, log } = this.options;
    try {
      await task(signal);
      this.failing = false;
    } catch (error) {
      // Once per series of failures: during an outage every run fails.
      if (!this.failing) log.warn({ err: error }, `${this.name} failed; trying again`);
      this.failing = true;
    }
  }

  private nextPause(): number {
    const { intervalMs, jitter } = this.options;
    return intervalMs * (1 + jitter * (2 * Math.random() - 1));
  }
}
