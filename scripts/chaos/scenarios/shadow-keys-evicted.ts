import type { Redis } from 'ioredis';
import type { Scenario } from '../scenario.ts';
import { LOOK_EVERY_MS, untilAlarms } from '../stage/alarms.ts';
import { repeat } from '../stage/repeat.ts';

const EVERY_MS = 200;

/** What a service logs that finds keys evicted. */
const ALARM = 'Redis is evicting keys';

/** Memory is over for a moment: Redis evicts every key that has a TTL. */
async function evict(client: Redis): Promise<void> {
  await client.config('SET', 'maxmemory', '1');
  await client.config('SET', 'maxmemory', '0');
}

export const shadowKeysEvicted: Scenario = {
  name: 'shadow-keys-evicted',
  fault: 'Redis evicts every shadow key five times a second, under volatile-lru',
  holds: 'none twice; alarms: keys may be evicted, and are',
  async run(stage) {
    const args = ['--appendonly', 'no', '--maxmemory-policy', 'volatile-lru'];
    const { client } = await stage.standalone({ args });
    const env = { RECONCILE_INTERVAL_MS: String(LOOK_EVERY_MS) };
    const services = await stage.serve(stage.sized(1, 2), env);
    await untilAlarms(services, ['eviction-policy']);
    const fault = repeat(EVERY_MS, () => evict(client));
    await stage.load();
    // The next look finds what was evicted, be it over or not.
    for (const service of services) await service.logged(ALARM);
    await fault.stop();
    const evicted = /^evicted_keys:(\d+)/m.exec(await client.info('stats'))?.[1];
    stage.struck += Number(evicted);
  },
};
