import { CONNECTIONS, measurePosts } from '../measures/intake.ts';
import type { Figure } from '../report/figure.ts';
import { median } from '../report/quantiles.ts';
import type { Scenario } from './scenario.ts';

const LEVELS = ['memory', 'replica:1'] as const;

/** Many callers share a wait; one alone has each for itself. */
const CALLERS = [CONNECTIONS, 1] as const;

export const durability: Scenario = {
  name: 'durability',
  summary: 'POST /messages to a Redis with a replica: acknowledged from memory, or by the replica',
  usesBacklog: false,
  async run(bench) {
    const figures: Figure[] = [];
    for (const connections of CALLERS) {
      const rates = { memory: [] as number[], 'replica:1': [] as number[] };
      for (let round = 1; round <= bench.scale.rounds; round += 1) {
        for (const level of LEVELS) {
          bench.say(`durability: ${level}, ${connections} connection(s)`);
          const options = { durability: level, replicated: true, connections };
          rates[level].push(await measurePosts(bench, options));
        }
      }
      const against = { name: 'memory', value: median(rates.memory) };
      const name = `POST /messages, ${connections} connection(s), DURABILITY=`;
      figures.push({ name: `${name}memory`, unit: '/s', value: against.value });
      figures.push({
        name: `${name}replica:1`,
        unit: '/s',
        value: median(rates['replica:1']),
        against,
      });
    }
    return { figures };
  },
};
