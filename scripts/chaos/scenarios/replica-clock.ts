import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../lib/root.mjs';
import type { Scenario } from '../scenario.ts';

const TEN_MINUTES_MS = 600_000;

const PRELOAD = pathToFileURL(path.join(root, 'scripts/chaos/shifted-clock.mjs')).href;

export const replicaClock: Scenario = {
  name: 'replica-clock',
  fault: 'the clock of one replica is 10 minutes fast, that of another 10 minutes slow',
  holds: 'none twice',
  async run(stage) {
    await stage.standalone();
    const offsets = [0, TEN_MINUTES_MS, -TEN_MINUTES_MS];
    const starts = offsets.map(async (offsetMs) => {
      const preload =
        offsetMs === 0 ? {} : { NODE_OPTIONS: `--import=${PRELOAD}?offsetMs=${offsetMs}` };
      const [service] = await stage.serve(1, preload);
      const ready = await service?.logged('the service is ready');
      return Math.abs(Date.parse(String(ready?.time)) - Date.now()) > TEN_MINUTES_MS / 2;
    });
    stage.struck += (await Promise.all(starts)).filter(Boolean).length;
    await stage.load();
  },
};
