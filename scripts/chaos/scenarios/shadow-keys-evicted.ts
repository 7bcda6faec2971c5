import type { Redis } from 'ioredis';
import type { Scenario } from '../scenario.ts';
import { repeat } from '../stage/repeat.ts';

const EVERY_MS = 200;

/** What a service logs that finds such a Redis. */
const ALARM = 'Redis may evict keys';

/** Memory is over for a moment: Redis evicts every key that has a TTL. */
async function evict(client: Redis): Promise<void> {
  await client.config('SET', 'maxmemory', '1');
  await client.config('SET', 'maxmemory', '0');
}

export const shadowKeysEvicted: Scenario = {
  name: 'shadow-keys-evicted',
  fault: 'Redis evicts every shadow key five times a second, under volatile-lru',
  holds: 'none twice; the services say that keys may be evicted',
  async run(stage) {
    const args = ['--appendonly', 'no', '--maxmemory-policy', 'volatile-lru'];
    const { client } = await stage.standalone({ args });
    const services = await stage.serve(stage.sized(1, 2));
    for (const service of services) await service.logged(ALARM);
    const fault = repeat(EVERY_MS, () => evict(client));
    await stage.load();
    await fault.stop();
    const evicted = /^evicted_keys:(\d+)/m.exec(await client.info('stats'))?.[1];
    stage.struck += Number(evicted);
  },
};
