import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const BACKLOG = 20_000;
const HOUR_MS = 3_600_000;

/** How many are written before waiting for the answers. */
const CHUNK = 1000;

describe('a backlog far ahead', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  let service: ServiceProcess;
  let store: Store;

  beforeEach(async () => {
    store = await openStore(redis.current.port);
    for (let i = 0; i < BACKLOG; i += CHUNK) {
      const chunk = Array.from({ length: CHUNK }, (_, k) => `far-${i + k}`);
      await Promise.all(
        chunk.map((id) => store.messages.schedule(newMessage(id, Date.now() + HOUR_MS))),
      );
    }
    service = await startService(redis.current.port);
  });
  afterEach(async () => {
    await service.end();
    await store.stop();
  });

  // Left to Redis' own expiry cycle, half of these would be over 20 s late with 10,000 pending.
  it('does not make what is due now late, and nothing is early', async () => {
    const start = Date.now() + 1000;
    const messages = messagesDue(200, 0, receiver.current.url).map((message, i) => ({
      ...message,
      dueAt: start + i * 10,
    }));
    await scheduleAll(service, messages);
    await receiver.current.waitFor(200, 8000);
    const arrivals = new Map(receiver.current.received.map(({ id, at }) => [id, at]));
    for (const { id, dueAt } of messages) expect(arrivals.get(id), id).to.be.at.least(dueAt);
    expect(receiver.current.received).to.have.length(200);
    // What has arrived is settled a moment later.
    const pending = () => redis.current.client.zcard('index:due');
    await until('only the backlog is left', async () => (await pending()) === BACKLOG);
  });
});
