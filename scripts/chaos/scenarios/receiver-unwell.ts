import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { usualReceiver } from '../stage/load.ts';
import type { Decide } from '../stage/receiver.ts';

const TIMEOUT_MS = 1500;

/** Few places, and a breaker that opens soon, and not for long. */
const ENV = {
  WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
  WEBHOOK_LEASE_MS: String(TIMEOUT_MS + 2000),
  WEBHOOK_HOST_CONCURRENCY: '6',
  WEBHOOK_BREAKER_THRESHOLD: '5',
  WEBHOOK_BREAKER_OPEN_MS: '250',
  WEBHOOK_BREAKER_CAP_MS: '1000',
};

/** It never answers: what it would say comes long after we have hung up. */
const HANGS: Decide = () => ({ status: 503, afterMs: 100 * TIMEOUT_MS });
const REFUSES: Decide = () => ({ status: 503, afterMs: 0 });

export const receiverUnwell: Scenario = {
  name: 'receiver-unwell',
  fault: 'the receiver hangs under load, refuses everything, and is well again',
  holds: 'none twice; the services leave it alone meanwhile',
  async run(stage) {
    await stage.standalone({ partitions: stage.random.pick([1, 8]) });
    const services = await stage.serve(2, ENV);
    const load = stage.load({ forMs: stage.sized(4000, 30_000) });
    for (let round = 0; round < stage.sized(1, 5); round += 1) {
      await delay(stage.random.between(300, 800));
      stage.receiver.decideWith(HANGS);
      await delay(TIMEOUT_MS + stage.random.between(500, 1500));
      stage.receiver.decideWith(REFUSES);
      await delay(stage.random.between(500, 1500));
      stage.receiver.decideWith(usualReceiver(stage.random));
    }
    await load;
    const opened = services.flatMap(({ logs }) =>
      logs.filter(({ msg }) => msg.startsWith('breaker opened')),
    );
    stage.struck += opened.length;
    stage.notes.push(`breakers opened ${opened.length} times`);
  },
};
