import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

/** Between two deaths, in ms. */
const ALIVE_MS = [1000, 2000] as const;

export const redisKilled: Scenario = {
  name: 'redis-killed',
  fault: 'Redis killed (SIGKILL) under load and started again; appendfsync always',
  holds: 'none twice',
  async run(stage) {
    const redis = await stage.standalone({
      args: ['--appendonly', 'yes', '--appendfsync', 'always'],
    });
    await stage.serve(2);
    const load = stage.load({ forMs: stage.sized(3500, 20_000) });
    for (let kills = 0; kills < stage.sized(2, 10); kills += 1) {
      await delay(stage.random.between(...ALIVE_MS));
      await redis.crash();
      stage.struck += 1;
      await redis.up();
    }
    await load;
  },
};
