import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

export const redisFull: Scenario = {
  name: 'redis-full',
  fault: 'Redis out of memory, under noeviction',
  holds: 'none twice; new messages get a 503, what is stored is delivered',
  async run(stage) {
    const { client } = await stage.standalone();
    await stage.serve(stage.sized(1, 2));
    const load = stage.load();
    await delay(stage.sized(1000, 5000));
    await client.config('SET', 'maxmemory', '1');
    await load;
    await stage.drained();
    await client.config('SET', 'maxmemory', '0');
    await stage.load({ forMs: 500, prefix: 'after-' });
    stage.struck += stage.history.creates.filter(({ outcome }) => outcome === 'refused').length;
  },
};
