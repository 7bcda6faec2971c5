import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;

for (const partitions of [1, 4]) {
  describe(`many messages at once, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    const receiver = useReceiver();
    let service: ServiceProcess;

    beforeEach(async () => {
      service = await startService(redis.current.port, {
        PARTITIONS: String(partitions),
        WEBHOOK_MAX_ATTEMPTS: '1',
      });
    });
    afterEach(() => service.end());

    async function json(method: string, path: string): Promise<[number, unknown]> {
      const response = await service.call(method, path);
      return [response.status, await response.json()];
    }

    it('DELETE wants a confirmation, and without it removes nothing', async () => {
      await scheduleAll(service, messagesDue(3, Date.now() + HOUR_MS, receiver.current.url));
      for (const path of ['/messages', '/messages?confirm=yes', '/messages?tag=a']) {
        const [status, body] = await json('DELETE', path);
        expect(status, path).to.equal(422);
        expect(body).to.have.property('detail').that.includes('confirm');
      }
      const [, list] = await json('GET', '/messages');
      expect(list).to.include({ count: 3 });
    });

    it('DELETE removes what the filters select, whole, and nothing else', async () => {
      const later = Date.now() + HOUR_MS;
      await scheduleAll(service, messagesDue(5, later, 'http://127.0.0.1:9/a', 'a'));
      await scheduleAll(service, messagesDue(4, later, 'http://localhost:9/b', 'b'));
      const path = '/messages?confirm=delete&host=localhost:9';
      expect(await json('DELETE', path)).to.deep.equal([200, { status: 'removida', count: 4 }]);
      expect(await json('DELETE', path)).to.deep.equal([200, { status: 'removida', count: 0 }]);
      expect(await json('DELETE', '/messages?confirm=delete')).to.deep.equal([
        200,
        { status: 'removida', count: 5 },
      ]);
      expect(await keysLeft(redis.current.client)).to.deep.equal([]);
    });

    it('DELETE works through a bounded number, and says where to go on', async function () {
      this.timeout(60_000);
      const store = await openStore(redis.current.port, { partitions });
      for (let i = 0; i < 11; i += 1) {
        const chunk = Array.from({ length: 1000 }, (_, k) => `m-${i}-${k}`);
        const dueAt = Date.now() + HOUR_MS;
        await Promise.all(chunk.map((id) => store.messages.schedule(newMessage(id, dueAt))));
      }
      await store.stop();
      const [, first] = await json('DELETE', '/messages?confirm=delete');
      expect(first).to.include({ status: 'removida', count: 10_000 });
      const { nextCursor } = first as { nextCursor: string };
      const [, second] = await json('DELETE', `/messages?confirm=delete&cursor=${nextCursor}`);
      expect(second).to.deep.equal({ status: 'removida', count: 1000 });
    });

    it('refuse filters in a body, where nobody reads them; an empty one says nothing', async () => {
      await scheduleAll(service, messagesDue(2, Date.now() + HOUR_MS, receiver.current.url));
      for (const [method, path] of [
        ['DELETE', '/messages?confirm=delete'],
        ['POST', '/messages/replay'],
      ] as const) {
        const refused = await service.call(method, path, { tag: 'a' });
        expect(refused.status).to.equal(422);
        const { errors } = (await refused.json()) as { errors: { field: string }[] };
        expect(errors.map(({ field }) => field)).to.deep.equal(['corpo']);
        const [, list] = await json('GET', '/messages');
        expect(list).to.include({ count: 2 });
      }
      expect((await service.call('POST', '/messages/replay', {})).status).to.equal(200);
      expect((await service.call('DELETE', '/messages?confirm=delete', {})).status).to.equal(200);
    });

    it('both come to an end though an index has members that are no UTF-8', async () => {
      const { client } = redis.current;
      const index = (name: string) => (partitions === 1 ? `index:${name}` : `index:{0}:${name}`);
      // Before and after what is scheduled, and more than one page of it.
      const earlier = Array.from({ length: 1500 }, (_, n) => Buffer.from(`ff${n + 1000}`, 'hex'));
      for (const at of [Date.now() + HOUR_MS - 1, Date.now() + 2 * HOUR_MS]) {
        const members = earlier.map((member) => Buffer.concat([member, Buffer.from(`${at}`)]));
        await client.zadd(index('due'), ...members.flatMap((member) => [at, member]));
        await client.zadd(index('failed'), ...members.flatMap((member) => [at, member]));
      }
      await scheduleAll(service, messagesDue(3, Date.now() + HOUR_MS, receiver.current.url));
      const removed = { status: 'removida', count: 3 };
      expect(await json('DELETE', '/messages?confirm=delete')).to.deep.equal([200, removed]);
      const replayed = { status: 'reenviada', count: 0 };
      expect(await json('POST', '/messages/replay')).to.deep.equal([200, replayed]);
    });

    it('replay sends the failed messages that the filters select again', async () => {
      receiver.current.answerWith((_request, response) => response.writeHead(500).end());
      const { url } = receiver.current;
      await scheduleAll(service, messagesDue(6, Date.now(), url, 'mine'));
      await scheduleAll(service, messagesDue(2, Date.now(), 'http://localhost:1/', 'other'));
      await until('all have failed', async () => {
        const [, list] = await json('GET', '/messages?status=failed');
        return (list as { count: number }).count === 8;
      });
      receiver.current.answerWith((_request, response) => response.writeHead(204).end());
      receiver.current.received.length = 0;
      const host = new URL(url).host;
      expect(await json('POST', `/messages/replay?host=${host}`)).to.deep.equal([
        200,
        { status: 'reenviada', count: 6 },
      ]);
      await receiver.current.waitFor(6);
      expect(new Set(receiver.current.received.map(({ attempt }) => attempt))).to.deep.equal(
        new Set([1]),
      );
      const [, left] = await json('GET', '/messages?status=failed');
      expect(left).to.include({ count: 2 });
    });
  });
}
