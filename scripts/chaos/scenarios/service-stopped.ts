import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';

const CONCURRENCY = 32;

const TIMEOUT_MS = 3000;

const LEASE_MS = TIMEOUT_MS + 500;

/** Its leases are over, and others have taken them. */
const STOPPED_MS = LEASE_MS + 1500;

export const serviceStopped: Scenario = {
  name: 'service-stopped',
  fault: 'a service stopped (SIGSTOP) for longer than its leases, and continued',
  holds: 'twice at most what it had under way; it settles nothing that is not its any more',
  async run(stage) {
    await stage.standalone();
    const [victim] = await stage.serve(2, {
      WEBHOOK_CONCURRENCY: String(CONCURRENCY),
      WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
      WEBHOOK_LEASE_MS: String(LEASE_MS),
    });
    if (victim === undefined) throw new Error('no service');
    for (let round = 0; round < stage.sized(1, 8); round += 1) {
      const count = stage.sized(200, 2000);
      const before = stage.history.arrivals.length;
      await scheduleBurst(stage.api, count, Date.now() + 1000, `round-${round}-`);
      const begun = () => stage.history.arrivals.length > before + stage.random.between(10, 80);
      await until('the burst has begun', begun, 60_000);
      stage.services.spare(victim);
      const from = Date.now() - TIMEOUT_MS;
      process.kill(victim.pid, 'SIGSTOP');
      stage.struck += 1;
      await delay(STOPPED_MS);
      process.kill(victim.pid, 'SIGCONT');
      const repeats = { from, to: Date.now() + TIMEOUT_MS, atMost: CONCURRENCY };
      stage.history.excuses.push({ fault: 'SIGSTOP', repeats });
      stage.services.ask(victim);
    }
  },
};
