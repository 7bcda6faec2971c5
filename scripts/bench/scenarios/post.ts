import { CONNECTIONS, measurePosts } from '../measures/intake.ts';
import { BARE_KOA, OURS } from '../measures/systems.ts';
import { atLeast } from '../report/figure.ts';
import { median } from '../report/quantiles.ts';
import type { Scenario } from './scenario.ts';

const OF_BARE_KOA = 0.65;

export const post: Scenario = {
  name: 'post',
  summary: 'POST /messages, one message each: service, bare Koa',
  usesBacklog: false,
  async run(bench) {
    const name = `POST /messages, ${CONNECTIONS} connections`;
    const bare: number[] = [];
    const own: number[] = [];
    for (let round = 1; round <= bench.scale.rounds; round += 1) {
      bench.say(`post: ${BARE_KOA}`);
      bare.push(await measurePosts(bench, { preload: 'bare-koa' }));
      bench.say(`post: ${OURS}`);
      own.push(await measurePosts(bench));
    }
    const against = { name: BARE_KOA, value: median(bare) };
    const value = median(own);
    return { figures: [{ name, unit: '/s', value, against, target: atLeast(OF_BARE_KOA) }] };
  },
};
