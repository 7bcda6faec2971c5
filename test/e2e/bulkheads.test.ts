import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { type Receiver, useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { useServices } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const HUNG = 10_000;
const PLACES = 8;

/** How many are written before waiting for the answers. */
const CHUNK = 1000;

const ENV = { WEBHOOK_HOST_CONCURRENCY: String(PLACES), WEBHOOK_CONCURRENCY: '32' };

async function schedule(store: Store, ids: string[], dueAt: (i: number) => number, url: string) {
  for (let i = 0; i < ids.length; i += CHUNK) {
    const messages = ids.slice(i, i + CHUNK).map((id, k) => {
      return newMessage(id, dueAt(i + k), { webhookUrl: url });
    });
    await Promise.all(messages.map((message) => store.messages.schedule(message)));
  }
}

/** Has a receiver leave requests without an answer until `answer` is called; counts what is open. */
function hang(receiver: Receiver) {
  const open = new Set<ServerResponse>();
  const seen = { most: 0, hangs: true };
  const finish = (response: ServerResponse) => {
    open.delete(response);
    response.writeHead(204).end();
  };
  receiver.answerWith((_request, response) => {
    open.add(response);
    seen.most = Math.max(seen.most, open.size);
    if (!seen.hangs) finish(response);
  });
  return {
    open,
    seen,
    answer: () => {
      seen.hangs = false;
      for (const response of open) finish(response);
    },
  };
}

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

for (const partitions of [1, 8]) {
  describe(`a receiver that hangs, in ${partitions} partition(s)`, function () {
    this.timeout(120_000);
    const redis = useRedis();
    const well = useReceiver();
    const slow = useReceiver();
    const start = useServices(redis);
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    it(`has ${PLACES} requests at most, and ${HUNG} messages for it do not hold up others`, async () => {
      const { open, seen, answer } = hang(slow.current);
      const now = Date.now();
      await schedule(store, names('hung', HUNG), () => now - 1000, slow.current.url);
      await schedule(store, names('behind', 300), (i) => now - 500 + i, well.current.url);
      const service = await start({ ...ENV, PARTITIONS: String(partitions) });
      await slow.current.waitFor(PLACES);
      const soon = Date.now() + 500;
      await schedule(store, names('later', 100), (i) => soon + 10 * i, well.current.url);
      await well.current.waitFor(400, 60_000);

      expect([open.size, slow.current.received.length]).to.deep.equal([PLACES, PLACES]);
      for (const { id, at } of well.current.received) {
        const [name, i] = id.split('-');
        if (name === 'later') expect(at, id).to.be.at.least(soon + 10 * Number(i));
      }

      answer();
      await slow.current.waitFor(HUNG, 60_000);
      await until('all is settled', async () => {
        const left = await keysLeft(redis.current.client, '*message:*');
        return left.length === 0;
      });
      expect(new Set(slow.current.received.map(({ id }) => id)).size).to.equal(HUNG);
      expect([slow.current.received.length, well.current.received.length]).to.deep.equal([
        HUNG,
        400,
      ]);
      expect(slow.current.received.every(({ attempt }) => attempt === 1)).to.equal(true);
      expect(seen.most).to.equal(PLACES);
      expect(service.logs.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
    });

    it('when its replica dies, its messages come to another one by themselves', async () => {
      const { answer } = hang(slow.current);
      await schedule(store, names('hung', 500), () => Date.now() - 1000, slow.current.url);
      const lease = { WEBHOOK_TIMEOUT_MS: '1000', WEBHOOK_LEASE_MS: '1500' };
      const env = { ...ENV, ...lease, PARTITIONS: String(partitions) };
      const first = await start(env);
      await slow.current.waitFor(PLACES);
      await first.end('SIGKILL');
      answer();
      await start(env);
      await until('all has arrived', () => slow.current.countById().size === 500, 60_000);
      const twice = [...slow.current.countById().values()].filter((count) => count > 1).length;
      expect(twice, 'only what was under way').to.be.at.most(PLACES);
    });
  });
}
