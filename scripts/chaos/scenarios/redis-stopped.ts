import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

export const redisStopped: Scenario = {
  name: 'redis-stopped',
  fault: 'Redis stopped (SIGSTOP) under load, for 20 s in the long form, and continued',
  holds: 'none twice',
  async run(stage) {
    const redis = await stage.standalone();
    await stage.serve(2, { REDIS_TIMEOUT_MS: stage.sized('500', '1500') });
    const load = stage.load({ forMs: stage.sized(3500, 40_000) });
    await delay(stage.random.between(500, 1500));
    redis.pause();
    stage.struck += 1;
    await delay(stage.sized(2500, 20_000));
    redis.resume();
    await load;
  },
};
