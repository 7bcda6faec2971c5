import { measureBatches } from '../measures/intake.ts';
import { atLeast } from '../report/figure.ts';
import type { Scenario } from './scenario.ts';

const PER_SECOND = 25_000;

export const batch: Scenario = {
  name: 'batch',
  summary: 'POST /messages/batch, 1,000 messages each',
  usesBacklog: false,
  async run(bench) {
    bench.say('batch: 1,000 messages each');
    const value = await measureBatches(bench);
    const name = 'POST /messages/batch, 1,000 each: messages';
    return { figures: [{ name, unit: '/s', value, target: atLeast(PER_SECOND) }] };
  },
};
