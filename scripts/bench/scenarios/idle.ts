import { idleWithBacklog } from '../measures/idle.ts';
import { fullBacklog } from '../measures/shared.ts';
import { atMost } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import type { Scenario } from './scenario.ts';

/** Of one core. */
const PERCENT = 2;

export const idle: Scenario = {
  name: 'idle',
  summary: 'CPU of service and Redis with everything far ahead',
  usesBacklog: true,
  async run(bench) {
    const { serviceCpu, redisCpu } = await idleWithBacklog(bench);
    const name = `idle, ${formatCount(fullBacklog(bench))} pending: CPU of`;
    const target = atMost(PERCENT);
    return {
      figures: [
        { name: `${name} the service`, unit: '%', value: serviceCpu, target },
        { name: `${name} Redis`, unit: '%', value: redisCpu, target },
      ],
    };
  },
};
