import { LongLivedPart, type Part } from './lifecycle.ts';

/** Several parts as one: started in order, stopped in reverse. A start that fails stops what was started. */
export class PartGroup extends LongLivedPart {
  readonly name: string;
  private readonly parts: readonly Part[];
  private started: Part[] = [];
  private stopRequested = false;

  constructor(name: string, parts: readonly Part[]) {
    super();
    this.name = name;
    this.parts = parts;
  }

  protected async onStart(): Promise<void> {
    this.stopRequested = false;
    try {
      for (const part of this.parts) {
        if (this.stopRequested) return;
        this.started.push(part);
        await part.start();
      }
    } catch (error) {
      await this.onStop();
      throw error;
    }
  }

  /** Ends the wait of the part that is starting; `onStop` stops it with the others. */
  protected override onStopRequested(): void {
    this.stopRequested = true;
    this.started
      .at(-1)
      ?.stop()
      .catch(() => {
        // `onStop` asks again and passes the error on.
      });
  }

  protected async onStop(): Promise<void> {
    const started = this.started.reverse();
    this.started = [];
    let failure: { error: unknown } | undefined;
    for (const part of started) {
      await part.stop().catch((error: unknown) => {
        failure ??= { error };
      });
    }
    if (failure) throw failure.error;
  }
}
