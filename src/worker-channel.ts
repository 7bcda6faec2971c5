import type { Clock } from './runtime/clock.ts';

export interface ChannelOptions {
  /** Sends to the other end; what cannot be sent is lost. */
  readonly send: (message: unknown) => void;
  /** What the other end may ask, and how it is answered. */
  readonly answers: Readonly<Record<string, () => Promise<unknown>>>;
  readonly clock: Clock;
}

interface Question {
  readonly question: string;
  readonly id: number;
}

interface Answer {
  readonly answerTo: number;
  readonly value?: unknown;
  /** Why there is no value. */
  readonly error?: string;
}

/** An end that does not answer for this long, in ms, has died or hangs. */
const PATIENCE_MS = 3000;

/** One end of the channel between a process and the one that looks after it: each may ask the other. */
export class Channel {
  private readonly options: ChannelOptions;
  private readonly asked = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  constructor(options: ChannelOptions) {
    this.options = options;
  }

  /** Rejects when the other end fails to answer, or does not within 3 s. */
  ask(question: string): Promise<unknown> {
    const { clock, send } = this.options;
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      const settle = ({ value, error }: Omit<Answer, 'answerTo'>) => {
        timer.cancel();
        this.asked.delete(id);
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      };
      const timer = clock.after(PATIENCE_MS, () =>
        settle({ error: `${question}: another process of the service did not answer` }),
      );
      this.asked.set(id, settle);
      send({ question, id } satisfies Question);
    });
  }

  /** Takes what has come from the other end; what is neither question nor answer is for others. */
  receive(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    if ('question' in message) void this.answer(message as Question);
    if ('answerTo' in message) {
      const answer = message as Answer;
      this.asked.get(answer.answerTo)?.(answer);
    }
  }

  private async answer({ question, id }: Question): Promise<void> {
    const { answers, send } = this.options;
    try {
      const value = await answers[question]?.();
      send({ answerTo: id, value } satisfies Answer);
    } catch (error) {
      send({ answerTo: id, error: String(error) } satisfies Answer);
    }
  }
}
