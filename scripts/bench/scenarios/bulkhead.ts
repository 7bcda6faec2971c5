import { tally } from '../measures/arrivals.ts';
import { newPrefix, scheduleSoon } from '../measures/plans.ts';
import { dueAt } from '../processes/plan.mjs';
import { atMost, type Figure } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import { quantile } from '../report/quantiles.ts';
import { openReceiver } from '../stage/receiver.ts';
import { openRedis } from '../stage/redis.ts';
import { startOurs } from '../stage/schedulers.ts';
import type { Scenario } from './scenario.ts';

const P99_MS = 50;
/** Messages a second to the receiver that is well. */
const PER_SECOND = 200;
/** What falls due before the other receiver gets its first message does not count, in ms. */
const BEFORE_MS = 2000;
/** From storing the ones until the first of them is due, in ms: time to store the others. */
const SPARE_MS = 3000;

export const bulkhead: Scenario = {
  name: 'bulkhead',
  summary: 'lateness at a receiver that is well, beside one that hangs',
  usesBacklog: false,
  run: ({ scale, scope, workDir, say }) =>
    scope.within(async (inner) => {
      const { hung, latenessForMs, giveUpAfterMs } = scale;
      say(`bulkhead: ${hung} messages due at once for a receiver that hangs`);
      const receiver = await openReceiver(inner);
      const hanging = await openReceiver(inner, 'hangs');
      const redis = await openRedis(inner, workDir);
      const scheduler = await startOurs(inner, { redis, workDir });
      const everyMs = 1000 / PER_SECOND;
      const warmUp = BEFORE_MS / everyMs;
      const count = warmUp + latenessForMs / everyMs;
      const well = { word: 'well', count, everyMs, spareMs: SPARE_MS };
      const plan = await scheduleSoon(scheduler, receiver, well);
      const hangsAt = plan.startAt + BEFORE_MS;
      await scheduler.schedule({
        ...{ prefix: newPrefix('hung'), count: hung, startAt: hangsAt, everyMs: 0 },
        webhookUrl: hanging.url,
      });
      if (Date.now() > hangsAt) throw new Error(`${hung} messages took too long to store`);
      const arrivals = await receiver.collect(count, dueAt(plan, count) + giveUpAfterMs);
      const { lateness, lost, repeated } = tally(plan, arrivals, warmUp);
      const underWay = await hanging.collect(0, 0);
      const name = `beside ${formatCount(hung)} for one that hangs: lateness`;
      const figures: Figure[] = [
        { name: `${name} p50`, unit: 'ms', value: quantile(lateness, 0.5) },
        {
          name: `${name} p99`,
          unit: 'ms',
          value: quantile(lateness, 0.99),
          target: atMost(P99_MS),
        },
        { name: `${name} at worst`, unit: 'ms', value: quantile(lateness, 1) },
        {
          name: 'bulkhead: lost or repeated',
          unit: 'count',
          value: lost + repeated,
          target: atMost(0),
        },
        { name: 'bulkhead: requests that hang', unit: 'count', value: underWay.length },
      ];
      return { figures };
    }),
};
