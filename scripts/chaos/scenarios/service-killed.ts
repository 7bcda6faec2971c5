import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../../harness/service.ts';
import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';
import type { Stage } from '../stage/stage.ts';

/** Most requests that one service has under way: what it can leave undone. */
const CONCURRENCY = 32;

const TIMEOUT_MS = 4000;

const ENV = {
  WEBHOOK_CONCURRENCY: String(CONCURRENCY),
  WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
  WEBHOOK_LEASE_MS: String(TIMEOUT_MS + 500),
};

/** Kills services, and excuses that what they had under way is sent again. */
async function killAll(stage: Stage, victims: readonly ServiceProcess[]): Promise<void> {
  await Promise.all(victims.map((victim) => stage.services.kill(victim)));
  const now = Date.now();
  // What was on its way to the receiver still arrives.
  const span = { from: now - TIMEOUT_MS, to: now + TIMEOUT_MS };
  const repeats = { ...span, atMost: victims.length * CONCURRENCY };
  stage.history.excuses.push({ fault: 'SIGKILL', repeats });
  stage.struck += victims.length;
}

/** Schedules messages for one instant and waits until some of them have arrived. */
async function midBurst(stage: Stage, round: number): Promise<void> {
  const count = stage.sized(200, 2000);
  const before = stage.history.arrivals.length;
  await scheduleBurst(stage.api, count, Date.now() + 1000, `round-${round}-`);
  const begun = () => stage.history.arrivals.length > before + stage.random.between(10, 80);
  await until('the burst has begun', begun, 60_000);
}

export const serviceKilled: Scenario = {
  name: 'service-killed',
  fault: 'one service of several killed (SIGKILL) in the middle of a burst, and replaced',
  holds: 'twice at most what it had under way',
  async run(stage) {
    await stage.standalone();
    const services = await stage.serve(stage.sized(2, 3), ENV);
    for (let round = 0; round < stage.sized(1, 8); round += 1) {
      await midBurst(stage, round);
      const [victim] = services.splice(stage.random.between(0, services.length - 1), 1);
      if (victim !== undefined) await killAll(stage, [victim]);
      services.push(...(await stage.serve(1, ENV)));
    }
  },
};

/** For so long nobody is there, in ms. */
const DARK_MS = 1500;

export const allServicesKilled: Scenario = {
  name: 'all-services-killed',
  fault: 'every service killed (SIGKILL); messages fall due while none runs',
  holds: 'twice at most what they had under way',
  async run(stage) {
    await stage.standalone();
    for (let round = 0; round < stage.sized(1, 5); round += 1) {
      const services = await stage.serve(2, ENV);
      const later = Date.now() + stage.sized(2500, 5000);
      await scheduleBurst(stage.api, stage.sized(100, 1000), later, `dark-${round}-`);
      await midBurst(stage, round);
      await killAll(stage, services);
      await delay(Math.max(0, later - Date.now()) + DARK_MS);
    }
    await stage.serve(2, ENV);
  },
};
