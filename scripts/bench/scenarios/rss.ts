import { burstOfOurs } from '../measures/burst.ts';
import { idleWithBacklog, idleWithout } from '../measures/idle.ts';
import { fullBacklog } from '../measures/shared.ts';
import { atMost, type Figure } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import type { Scenario } from './scenario.ts';

const MEGABYTE = 2 ** 20;
const OVER_IDLE_MB = 150;

export const rss: Scenario = {
  name: 'rss',
  summary: 'memory of the service: idle, with everything pending, at its peak in a burst',
  usesBacklog: true,
  async run(bench) {
    const { peakRss } = await burstOfOurs(bench);
    const { rss: base } = await idleWithout(bench);
    const { rss: backlog } = await idleWithBacklog(bench);
    const over = (when: string, bytes: number): Figure => ({
      name: `memory of the service over idle: ${when}`,
      unit: 'MB',
      value: (bytes - base) / MEGABYTE,
      target: atMost(OVER_IDLE_MB),
    });
    return {
      figures: [
        { name: 'memory of the service, idle', unit: 'MB', value: base / MEGABYTE },
        over(`${formatCount(fullBacklog(bench))} pending`, backlog),
        over(`peak in the burst of ${formatCount(bench.scale.burst)}`, peakRss),
      ],
    };
  },
};
