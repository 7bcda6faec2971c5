import { CONNECTIONS, measurePosts } from '../measures/intake.ts';
import { BARE_KOA } from '../measures/systems.ts';
import { atLeast } from '../report/figure.ts';
import type { Scenario } from './scenario.ts';

const OF_BARE_KOA = 0.65;

export const post: Scenario = {
  name: 'post',
  summary: 'POST /messages, one message each: service, bare Koa',
  usesBacklog: false,
  async run(bench) {
    const name = `POST /messages, ${CONNECTIONS} connections`;
    bench.say(`post: ${BARE_KOA}`);
    const bare = await measurePosts(bench, 'bare-koa');
    bench.say('post: this service');
    const value = await measurePosts(bench);
    const against = { name: BARE_KOA, value: bare };
    return { figures: [{ name, unit: '/s', value, against, target: atLeast(OF_BARE_KOA) }] };
  },
};
