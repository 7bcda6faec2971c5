import { type BurstRun, burstOfBullmq, burstOfOurs, burstOfRawGot } from '../measures/burst.ts';
import { BULLMQ, OURS, RAW_GOT } from '../measures/systems.ts';
import { atLeast, atMost, type Figure } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import { median } from '../report/quantiles.ts';
import type { Scenario } from './scenario.ts';

const OF_RAW_GOT = 0.9;
const OF_BULLMQ = 1.3;

export const burst: Scenario = {
  name: 'burst',
  summary: 'many messages due at one instant: service, raw got, BullMQ',
  usesBacklog: false,
  async run(bench) {
    const rawGots: BurstRun[] = [];
    const own: BurstRun[] = [];
    const bullmqs: BurstRun[] = [];
    for (let round = 1; round <= bench.scale.rounds; round += 1) {
      rawGots.push(await burstOfRawGot(bench, round));
      own.push(await burstOfOurs(bench, round));
      bullmqs.push(await burstOfBullmq(bench, round));
    }
    const rawGot = medianRate(rawGots);
    const ours = medianRate(own);
    const bullmq = medianRate(bullmqs);
    const name = `burst of ${formatCount(bench.scale.burst)}: deliveries`;
    const against = (system: string, value: number) => {
      return { name, unit: '/s', value: ours, against: { name: system, value } } as const;
    };
    const count = (what: 'lost' | 'repeated'): Figure => {
      const value = own.reduce((sum, run) => sum + run[what], 0);
      return { name: `burst: ${what}`, unit: 'count', value, target: atMost(0) };
    };
    return {
      figures: [
        { ...against(RAW_GOT, rawGot), target: atLeast(OF_RAW_GOT) },
        { ...against(BULLMQ, bullmq), target: atLeast(OF_BULLMQ) },
        count('lost'),
        count('repeated'),
      ],
      series: {
        burst: [
          { system: OURS, perSecond: ours },
          { system: BULLMQ, perSecond: bullmq },
          { system: RAW_GOT, perSecond: rawGot },
        ],
      },
    };
  },
};

function medianRate(runs: readonly BurstRun[]): number {
  return median(runs.map(({ perSecond }) => perSecond));
}
