import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../../harness/service.ts';
import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';
import type { Decide } from '../stage/receiver.ts';
import type { Stage } from '../stage/stage.ts';

const CONCURRENCY = 50;

const TIMEOUT_MS = 3000;

const LEASE_MS = TIMEOUT_MS + 500;

/** Its leases are over, and what others have made of them is still under way. */
const STOPPED_MS = LEASE_MS + 700;

/** What was sent before the stop has arrived after this, in ms. */
const ON_ITS_WAY_MS = 1000;

/**
 * Refuses every first attempt, which would have a service that comes too late set up another one, and
 * takes so long over the next that it would be found under way.
 */
const decide: Decide = (_id, attempt) =>
  attempt === 1 ? { status: 500, afterMs: 10 } : { status: 204, afterMs: TIMEOUT_MS / 2 };

/** Stops a service in the middle of a burst, and continues it. */
async function stop(stage: Stage, victim: ServiceProcess, prefix: string): Promise<void> {
  const { history, random, services } = stage;
  const before = history.arrivals.length;
  await scheduleBurst(stage.api, 2 * CONCURRENCY, Date.now() + 1000, prefix);
  const begun = () => history.arrivals.length > before + random.between(5, CONCURRENCY);
  await until('the burst has begun', begun, 60_000);
  services.spare(victim);
  process.kill(victim.pid, 'SIGSTOP');
  stage.struck += 1;
  const now = Date.now();
  const span = { from: now - TIMEOUT_MS, to: now + ON_ITS_WAY_MS };
  history.excuses.push({ fault: 'SIGSTOP', repeats: { ...span, atMost: CONCURRENCY } });
  await delay(STOPPED_MS);
  process.kill(victim.pid, 'SIGCONT');
  services.ask(victim);
}

export const serviceStopped: Scenario = {
  name: 'service-stopped',
  fault: 'a service stopped (SIGSTOP) for longer than its leases, and continued',
  holds: 'twice at most what it had under way; it settles nothing that another has taken over',
  async run(stage) {
    await stage.standalone();
    stage.receiver.decideWith(decide);
    const [victim] = await stage.serve(2, {
      WEBHOOK_CONCURRENCY: String(CONCURRENCY),
      WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
      WEBHOOK_LEASE_MS: String(LEASE_MS),
    });
    if (victim === undefined) throw new Error('no service');
    for (let round = 0; round < stage.sized(1, 8); round += 1) {
      await stop(stage, victim, `round-${round}-`);
      await stage.drained();
    }
  },
};
