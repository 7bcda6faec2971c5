import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';
import type { Stage } from '../stage/stage.ts';

/** How long the receiver takes, in ms. */
const ANSWER_AFTER_MS = 50;

/** Requests under way per replica: few, so that the receiver is what they wait for. */
const CONCURRENCY = 8;

/** Delivers messages that are all overdue; returns how many per second. */
async function deliverAll(stage: Stage, round: string): Promise<number> {
  const { arrivals } = stage.history;
  const before = arrivals.length;
  const count = stage.sized(100, 3000);
  await scheduleBurst(stage.api, count, Date.now() + stage.sized(1000, 5000), round);
  await until('all have arrived', () => arrivals.length >= before + count, 120_000);
  const times = arrivals.slice(before).map(({ at }) => at);
  return (count / (Math.max(...times) - Math.min(...times))) * 1000;
}

export const twoReplicas: Scenario = {
  name: 'two-replicas',
  fault: 'a receiver that takes 50 ms, and one replica, then two',
  holds: 'none twice; two deliver about twice as much as one (aimed at: 1.8 times)',
  async run(stage) {
    await stage.standalone();
    stage.receiver.decideWith(() => ({ status: 204, afterMs: ANSWER_AFTER_MS }));
    const env = { WEBHOOK_CONCURRENCY: String(CONCURRENCY) };
    await stage.serve(1, env);
    const one = await deliverAll(stage, 'one-');
    await stage.serve(1, env);
    const two = await deliverAll(stage, 'two-');
    stage.struck += 1;
    const times = (two / one).toFixed(2);
    stage.notes.push(
      `one replica ${one.toFixed(0)}/s, two ${two.toFixed(0)}/s: ${times} times as many`,
    );
  },
};
