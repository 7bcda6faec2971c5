import { burstOfBullmq, burstOfOurs, burstOfRawGot } from '../measures/burst.ts';
import { fullBacklog, latenessOfOurs } from '../measures/shared.ts';
import { BULLMQ, OURS, RAW_GOT } from '../measures/systems.ts';
import type { Figure } from '../report/figure.ts';
import { COST_LINES, type CostOf } from '../report/series.ts';
import type { Scenario } from './scenario.ts';

export const cost: Scenario = {
  name: 'cost',
  summary: 'what a delivery costs: scripts, commands, round trips, CPU of sender and Redis',
  usesBacklog: true,
  async run(bench) {
    const { senderCpu } = await burstOfRawGot(bench);
    const costs: CostOf[] = [
      { of: `${OURS}, burst`, ...(await burstOfOurs(bench)).cost },
      { of: `${OURS}, 200 due/s`, ...(await latenessOfOurs(bench, fullBacklog(bench))).cost },
      { of: `${BULLMQ}, burst`, ...(await burstOfBullmq(bench)).cost },
      { of: `${RAW_GOT}, burst`, senderCpu },
    ];
    return { figures: costs.flatMap(figures), series: { cost: costs } };
  },
};

function figures({ of, ...spent }: CostOf): Figure[] {
  return COST_LINES.flatMap(([key, what, unit]) => {
    const value = spent[key];
    return value === undefined ? [] : [{ name: `cost, ${of}: ${what}`, unit, value }];
  });
}
