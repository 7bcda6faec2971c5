import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';

export const burst: Scenario = {
  name: 'burst',
  fault: '8 processes (4 in the short form), everything due at one instant',
  holds: 'none twice: 10,000 messages (1,000), 10,000 requests',
  async run(stage) {
    await stage.standalone({ partitions: stage.random.pick([1, 8]) });
    const services = await stage.serve(stage.sized(4, 8));
    stage.receiver.decideWith(() => ({ status: 204, afterMs: 0 }));
    const dueAt = Date.now() + stage.sized(1500, 15_000);
    await scheduleBurst(stage.api, stage.sized(1000, 10_000), dueAt);
    stage.struck += services.length;
  },
};
