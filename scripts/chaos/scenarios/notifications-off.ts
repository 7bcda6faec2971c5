import type { Scenario } from '../scenario.ts';
import { repeat } from '../stage/repeat.ts';

/** The services switch events on again when their canary dies; this is quicker. */
const EVERY_MS = 100;

export const notificationsOff: Scenario = {
  name: 'notifications-off',
  fault: 'notify-keyspace-events is emptied again and again',
  holds: 'none twice',
  async run(stage) {
    const { client } = await stage.standalone();
    await stage.serve(2);
    const fault = repeat(EVERY_MS, async () => {
      await client.config('SET', 'notify-keyspace-events', '');
      stage.struck += 1;
    });
    await stage.load();
    await fault.stop();
  },
};
