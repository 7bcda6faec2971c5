import { measureMemory } from '../measures/memory.ts';
import { BULLMQ } from '../measures/systems.ts';
import { atMost } from '../report/figure.ts';
import { startBullmq, startOurs } from '../stage/schedulers.ts';
import type { Scenario } from './scenario.ts';

const BYTES = 750;

export const memory: Scenario = {
  name: 'memory',
  summary: 'memory of Redis per pending message: service, BullMQ',
  usesBacklog: false,
  async run(bench) {
    bench.say('memory: this service');
    const value = await measureMemory(bench, startOurs);
    bench.say(`memory: ${BULLMQ}`);
    const against = { name: BULLMQ, value: await measureMemory(bench, startBullmq) };
    const figure = { name: 'Redis memory per pending message', unit: 'bytes', value } as const;
    return {
      figures: [
        { ...figure, target: atMost(BYTES) },
        { ...figure, against, target: atMost(1) },
      ],
    };
  },
};
