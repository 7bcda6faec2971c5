import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { LOOK_EVERY_MS, untilAlarms } from '../stage/alarms.ts';

export const redisFull: Scenario = {
  name: 'redis-full',
  fault: 'Redis out of memory, under noeviction',
  holds: 'none twice; new messages get a 503, what is stored is delivered; an alarm meanwhile',
  async run(stage) {
    const { client } = await stage.standalone();
    const env = { RECONCILE_INTERVAL_MS: String(LOOK_EVERY_MS) };
    const services = await stage.serve(stage.sized(1, 2), env);
    const load = stage.load();
    await delay(stage.sized(1000, 5000));
    await client.config('SET', 'maxmemory', '1');
    await untilAlarms(services, ['memory']);
    await load;
    await stage.drained();
    await client.config('SET', 'maxmemory', '0');
    await untilAlarms(services, []);
    await stage.load({ forMs: 500, prefix: 'after-' });
    stage.struck += stage.history.creates.filter(({ outcome }) => outcome === 'refused').length;
  },
};
