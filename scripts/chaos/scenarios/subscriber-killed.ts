import type { Scenario } from '../scenario.ts';
import { repeat } from '../stage/repeat.ts';

const EVERY_MS = 200;

export const subscriberKilled: Scenario = {
  name: 'subscriber-killed',
  fault: 'CLIENT KILL TYPE pubsub every 200 ms',
  holds: 'none twice',
  async run(stage) {
    const { client } = await stage.standalone();
    await stage.serve(2);
    const fault = repeat(EVERY_MS, async () => {
      stage.struck += Number(await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    });
    await stage.load();
    await fault.stop();
  },
};
