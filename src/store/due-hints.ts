import type { Keys } from './keys.ts';
import type { ScriptReply } from './scripts.ts';

/** Word that some message of a partition needs attention soon. A hint: the due index is the truth. */
export interface DueHint {
  readonly partition: number;
  /** How far ahead its due time is, counted from now, in ms and fractions; 0 or less when it is due. */
  readonly dueInMs: number;
}

/** Passes on what the store learns of due times, from replies that it gets anyway. */
export class DueHints {
  private readonly listeners = new Set<(hint: DueHint) => void>();

  /** @returns a function that ends the listening */
  listen(listener: (hint: DueHint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(hint: DueHint): void {
    for (const listener of this.listeners) listener(hint);
  }
}

/** Announces the due time of a reply `{tag, now, due}`; other replies carry none. */
export function announceDue(
  hints: DueHints,
  keys: Keys,
  id: string,
  [, now, dueAt]: ScriptReply,
): void {
  if (dueAt === undefined) return;
  const dueInMs = Number(dueAt) - Number(now);
  hints.announce({ partition: keys.partitionOf(id), dueInMs });
}
