import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';

/** What Redis logs when it closes a client that does not keep up. */
const CLOSED = /overcoming of output buffer limits/g;

/** Messages the API takes in a second, at the least: how far ahead they have to be due. */
const PER_SECOND = 1500;

export const subscriberOverflow: Scenario = {
  name: 'subscriber-overflow',
  fault: 'so many due in one instant that Redis closes the subscribers for their full buffers',
  holds: 'none twice',
  async run(stage) {
    const redis = await stage.standalone();
    const limit = stage.sized('16kb', '1mb');
    await redis.client.config('SET', 'client-output-buffer-limit', `pubsub ${limit} 0 0`);
    await stage.serve(stage.sized(1, 2));
    stage.receiver.decideWith(() => ({ status: 204, afterMs: 0 }));
    const count = stage.sized(2000, 200_000);
    const dueAt = Date.now() + 1000 + (count / PER_SECOND) * 1000;
    await scheduleBurst(stage.api, count, dueAt);
    await stage.drained();
    const log = readFileSync(path.join(redis.dir, 'redis.log'), 'utf8');
    stage.struck += log.match(CLOSED)?.length ?? 0;
  },
};
