import type { Plan } from '../processes/plan.mjs';

const HOUR_MS = 3_600_000;

/** The discard port: where messages go that are never sent. */
const NOWHERE = 'http://127.0.0.1:9/webhook';

let plans = 0;

/** A prefix that no other plan of this run has. */
export function newPrefix(word: string): string {
  plans += 1;
  return `${word}${plans}`;
}

/** Messages that no measurement lives to see fall due. */
export function farAhead(count: number, webhookUrl = NOWHERE): Plan {
  const startAt = Date.now() + 6 * HOUR_MS;
  return { prefix: newPrefix('far'), count, startAt, everyMs: 1, webhookUrl };
}

/** From scheduling to the due instant: this, and so much for each message, in ms. */
const LEAD_MS = 1000;
const LEAD_PER_MESSAGE_MS = 0.2;

/** Messages due at one instant, soon, but late enough to schedule them all before. */
export function atOnce(word: string, count: number, webhookUrl: string): Plan {
  const startAt = Math.ceil(Date.now() + LEAD_MS + count * LEAD_PER_MESSAGE_MS);
  return { prefix: newPrefix(word), count, startAt, everyMs: 0, webhookUrl };
}

/**
 * How long it is until a plan's first message is due, in ms.
 * @throws when it is due already: it should have been scheduled before
 */
export function timeUntilDue({ startAt, count }: Plan): number {
  const restMs = startAt - Date.now();
  if (restMs <= 0) throw new Error(`${count} messages took too long to schedule`);
  return restMs;
}
