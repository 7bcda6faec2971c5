import { type Clock, pause } from './clock.ts';
import { LongLivedPart } from './lifecycle.ts';

/** `starting`: not every part is at work yet. `draining`: a stop was asked for. */
export type IntakeState = 'starting' | 'open' | 'draining';

export interface IntakeOptions {
  /** How long a stop waits for others to notice that no more work is wanted here, in ms. */
  readonly drainDelayMs: number;
  readonly clock: Clock;
}

/**
 * Whether this process wants work. The last part to start and the first to stop: it says no from the moment
 * a stop is asked for, and until its delay is over everything else goes on as before.
 */
export class Intake extends LongLivedPart {
  readonly name = 'intake';
  private readonly options: IntakeOptions;
  private current: IntakeState = 'starting';

  constructor(options: IntakeOptions) {
    super();
    this.options = options;
  }

  state(): IntakeState {
    return this.current;
  }

  protected onStart(): void {
    this.current = 'open';
  }

  protected override onStopRequested(): void {
    this.current = 'draining';
  }

  protected async onStop(): Promise<void> {
    const { drainDelayMs, clock } = this.options;
    if (drainDelayMs > 0) await pause(clock, drainDelayMs);
  }
}
