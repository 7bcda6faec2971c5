import type { Plan } from '../processes/plan.mjs';
import type { Receiver } from '../stage/receiver.ts';
import type { Scheduler } from '../stage/schedulers.ts';

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

/** From scheduling to the first due time: this, what is to spare, and so much for each message, in ms. */
const LEAD_MS = 500;
const LEAD_PER_MESSAGE_MS = 0.2;
const SPARE_MS = 500;
/** On a busy machine storing takes longer: tried again with several times the lead. */
const MAX_TRIES = 3;
const LEAD_GROWS = 3;
/** What was stored too late is being sent, and must be gone by then, in ms. */
const DRAIN_DEADLINE_MS = 60_000;

export interface Soon {
  readonly word: string;
  readonly count: number;
  /** Between two due times; 0: all at one instant. */
  readonly everyMs: number;
  /** Stored so long before the first is due, at the latest, in ms: time to get ready for that. */
  readonly spareMs?: number;
}

/**
 * Stores messages that fall due soon, every one of them well before the first is due.
 * @returns their plan
 * @throws when the machine is too busy for that
 */
export async function scheduleSoon(
  scheduler: Pick<Scheduler, 'schedule'>,
  receiver: Receiver,
  { word, spareMs = SPARE_MS, ...soon }: Soon,
): Promise<Plan> {
  let leadMs = LEAD_MS + spareMs + soon.count * LEAD_PER_MESSAGE_MS;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const startAt = Math.ceil(Date.now() + leadMs);
    const plan = { prefix: newPrefix(word), startAt, ...soon, webhookUrl: receiver.url };
    await scheduler.schedule(plan);
    if (Date.now() < startAt - spareMs) return plan;
    await receiver.collect(plan.count, Date.now() + DRAIN_DEADLINE_MS);
    leadMs *= LEAD_GROWS;
  }
  throw new Error(`${soon.count} messages took too long to store`);
}
