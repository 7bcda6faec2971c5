import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage/stage.ts';

/** What scripts reply that changed something, and the share of such replies that never come. */
const SHARES: Readonly<Record<string, number>> = {
  scheduled: 0.02,
  claimed: 0.02,
  completed: 0.02,
  retried: 0.3,
  failed: 0.3,
  cancelled: 0.2,
};

/** So long the service asks again for a reply that was lost, in ms; by then it may say that it has none. */
const ASKED_FOR_MS = 1500;

/** The messages that were made although the API gave up before it had asked for long enough. */
function madeUnsaid({ history: { creates, arrivals } }: Stage): string[] {
  const arrived = new Set(arrivals.map(({ id }) => id));
  const unsaid = creates.filter(({ id, outcome, sentAt, answeredAt }) => {
    return outcome === 'unknown' && arrived.has(id) && answeredAt - sentAt < ASKED_FOR_MS;
  });
  return unsaid.map(({ id }) => id);
}

export const replyLost: Scenario = {
  name: 'reply-lost',
  fault: 'connections cut right after a script ran, before its reply',
  holds: 'none twice; what was done is answered as done',
  async run(stage) {
    const redis = await stage.standalone();
    const proxy = await stage.proxy(redis.port);
    await stage.serve(2, { REDIS_PORT: String(proxy.port) });
    const cuts = new Map(Object.keys(SHARES).map((tag) => [tag, 0]));
    proxy.cutReplies((reply) => {
      const tag = Object.keys(SHARES).find((one) => reply.includes(`\r\n${one}\r\n`));
      if (tag === undefined || !stage.random.chance(SHARES[tag] ?? 0)) return false;
      cuts.set(tag, (cuts.get(tag) ?? 0) + 1);
      stage.struck += 1;
      return true;
    });
    await stage.load();
    proxy.cutReplies(() => false);
    await stage.drained();
    const unsaid = madeUnsaid(stage);
    if (unsaid.length > 0) throw new Error(`made, but not answered so: ${unsaid.join(', ')}`);
    stage.notes.push(`replies lost: ${[...cuts].map(([tag, n]) => `${tag} ${n}`).join(', ')}`);
  },
};
