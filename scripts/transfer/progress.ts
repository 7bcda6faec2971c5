import { type Clock, systemClock, type Timer } from '../../src/runtime/clock.ts';

/** Between two lines, in ms: on a terminal the line is rewritten, elsewhere every one stays. */
const TERMINAL_MS = 250;
const PLAIN_MS = 5000;

const CLEAR_LINE = '\r\x1b[K';

export interface ProgressOptions {
  /** Where the lines go, such as `process.stderr`. */
  readonly stream: {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    write(text: string): unknown;
  };
  /** How far it is, in one line. */
  readonly describe: () => string;
  readonly clock: Clock;
}

/** Says again and again how far a long task is. */
export class Progress {
  private readonly options: ProgressOptions;
  private timer: Timer | undefined;

  constructor(options: ProgressOptions) {
    this.options = options;
  }

  /** Runs a task; its line is gone from the terminal when the task has ended, however it did. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    this.next();
    try {
      return await task();
    } finally {
      this.timer?.cancel();
      if (this.options.stream.isTTY) this.options.stream.write(CLEAR_LINE);
    }
  }

  private next(): void {
    const { stream, clock } = this.options;
    this.timer = clock.after(stream.isTTY ? TERMINAL_MS : PLAIN_MS, () => {
      this.show();
      this.next();
    });
  }

  private show(): void {
    const { stream, describe } = this.options;
    // A longer line would wrap, and the next one would not cover it.
    if (stream.isTTY) stream.write(CLEAR_LINE + describe().slice(0, (stream.columns ?? 80) - 1));
    else stream.write(`${describe()}\n`);
  }
}

/** Runs a task of a script and tells on standard error how far it is. */
export function showProgress<T>(describe: () => string, task: () => Promise<T>): Promise<T> {
  return new Progress({ stream: process.stderr, describe, clock: systemClock }).during(task);
}
