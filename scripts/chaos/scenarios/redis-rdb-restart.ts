import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';

/** What Redis logs about shadow keys whose time had passed when it loaded its file. */
const DROPPED = /keys expired: (\d+)/g;

export const redisRdbRestart: Scenario = {
  name: 'redis-rdb-restart',
  fault: 'Redis restarts from an RDB file after the due time: shadow keys are dropped, unannounced',
  holds: 'none twice',
  async run(stage) {
    const redis = await stage.standalone({ args: ['--appendonly', 'no', '--save', '3600 1'] });
    await stage.serve(stage.sized(1, 2));
    for (let round = 0; round < stage.sized(1, 5); round += 1) {
      const dueAt = Date.now() + stage.sized(1500, 3000);
      await scheduleBurst(stage.api, stage.sized(300, 2000), dueAt, `round-${round}-`);
      await redis.down();
      await delay(Math.max(0, dueAt - Date.now()) + 500);
      await redis.up();
      await stage.drained();
    }
    const log = readFileSync(path.join(redis.dir, 'redis.log'), 'utf8');
    for (const [, dropped] of log.matchAll(DROPPED)) stage.struck += Number(dropped);
  },
};
