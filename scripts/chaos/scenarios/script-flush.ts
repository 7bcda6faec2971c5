import type { Scenario } from '../scenario.ts';
import { repeat } from '../stage/repeat.ts';

const EVERY_MS = 10;

export const scriptFlush: Scenario = {
  name: 'script-flush',
  fault: 'SCRIPT FLUSH a hundred times a second',
  holds: 'none twice',
  async run(stage) {
    const { client } = await stage.standalone();
    await stage.serve(stage.sized(1, 2));
    const fault = repeat(EVERY_MS, async () => {
      await client.script('FLUSH');
      stage.struck += 1;
    });
    await stage.load();
    await fault.stop();
  },
};
