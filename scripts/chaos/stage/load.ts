import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { ApiClient, Wanted } from './api-client.ts';
import type { Decide } from './receiver.ts';

export interface Load {
  readonly perSecond: number;
  readonly forMs: number;
  /** How far ahead messages are due, from and to, in ms. */
  readonly dueInMs: readonly [from: number, to: number];
  /** Share of the messages that are cancelled around their time. */
  readonly cancelShare: number;
  /** Begins the ids; of two loads in one scenario, each has its own. */
  readonly prefix: string;
}

/** Ids that need escaping somewhere: every so many messages has one. */
const AWKWARD = ['5511999999999@s.whatsapp.net', 'ação/ünïcode', '100 %:{7}?*#'];
const AWKWARD_EVERY = 10;

/** A cancel comes up to this long before or after the due time, in ms. */
const CANCEL_AROUND_MS = 150;

/** Requests are sent in ticks of this length, in ms. */
const TICK_MS = 20;

/** Messages in one batch request. */
const BATCH = 500;

/** Ids of their own, some of them awkward. */
function messageId(prefix: string, n: number): string {
  if (n % AWKWARD_EVERY !== 0) return `${prefix}${n}`;
  return `${prefix}${n}-${AWKWARD[(n / AWKWARD_EVERY) % AWKWARD.length]}`;
}

/** Schedules messages at a steady rate, some of which it cancels; resolves when all is answered. */
export async function applyLoad(api: ApiClient, random: Random, load: Load): Promise<void> {
  const total = Math.round((load.perSecond * load.forMs) / 1000);
  const since = performance.now();
  const work: Promise<void>[] = [];
  for (let sent = 0; sent < total; ) {
    const dueByNow = Math.floor(((performance.now() - since) * load.perSecond) / 1000) + 1;
    for (; sent < Math.min(dueByNow, total); sent += 1) {
      work.push(liveOf(api, random, load, messageId(load.prefix, sent)));
    }
    await delay(TICK_MS);
  }
  await Promise.all(work);
}

async function liveOf(api: ApiClient, random: Random, load: Load, id: string): Promise<void> {
  const dueAt = Date.now() + random.between(...load.dueInMs);
  const cancelAt = random.chance(load.cancelShare)
    ? dueAt + random.between(-CANCEL_AROUND_MS, CANCEL_AROUND_MS)
    : undefined;
  const outcome = await api.create({ id, dueAt });
  if (cancelAt === undefined || outcome === 'refused') return;
  await delay(Math.max(0, cancelAt - Date.now()));
  await api.cancel(id);
}

/** Schedules messages that are all due at one instant, in batches. */
export async function scheduleBurst(
  api: ApiClient,
  count: number,
  dueAt: number,
  prefix = 'burst-',
): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => messageId(prefix, n));
  const wanted = ids.map((id): Wanted => ({ id, dueAt }));
  for (let from = 0; from < count; from += BATCH) {
    await api.createBatch(wanted.slice(from, from + BATCH));
  }
}

/** Shares of the messages that their receiver refuses at first, and for good. */
const REFUSED_ONCE = 0.05;
const REFUSED_ALWAYS = 0.01;

/** A receiver that is mostly well, and takes its time. */
export function usualReceiver(random: Random, slowestMs = 30): Decide {
  const fates = new Map<string, number>();
  return (id, attempt) => {
    const fate = fates.get(id) ?? random.next();
    fates.set(id, fate);
    const refused = fate < REFUSED_ALWAYS || (fate < REFUSED_ONCE && attempt === 1);
    return { status: refused ? 500 : 204, afterMs: random.between(0, slowestMs) };
  };
}
