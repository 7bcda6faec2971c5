import { burstOfBullmq, burstOfOurs, burstOfRawGot } from '../measures/burst.ts';
import { BULLMQ, OURS, RAW_GOT } from '../measures/systems.ts';
import { atLeast, atMost } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import type { Scenario } from './scenario.ts';

const OF_RAW_GOT = 0.9;
const OF_BULLMQ = 1.3;

export const burst: Scenario = {
  name: 'burst',
  summary: 'many messages due at one instant: service, raw got, BullMQ',
  usesBacklog: false,
  async run(bench) {
    const rawGot = await burstOfRawGot(bench);
    const ours = await burstOfOurs(bench);
    const bullmq = await burstOfBullmq(bench);
    const name = `burst of ${formatCount(bench.scale.burst)}: deliveries`;
    const delivered = { name, unit: '/s', value: ours.perSecond } as const;
    const against = (system: string, { perSecond }: { perSecond: number }) => ({
      ...delivered,
      against: { name: system, value: perSecond },
    });
    return {
      figures: [
        { ...against(RAW_GOT, rawGot), target: atLeast(OF_RAW_GOT) },
        { ...against(BULLMQ, bullmq), target: atLeast(OF_BULLMQ) },
        { name: 'burst: lost', unit: 'count', value: ours.lost, target: atMost(0) },
        { name: 'burst: repeated', unit: 'count', value: ours.repeated, target: atMost(0) },
      ],
      series: {
        burst: [
          { system: OURS, perSecond: ours.perSecond },
          { system: BULLMQ, perSecond: bullmq.perSecond },
          { system: RAW_GOT, perSecond: rawGot.perSecond },
        ],
      },
    };
  },
};
