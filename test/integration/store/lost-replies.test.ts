import { expect } from 'chai';
import { startProxy, type TcpProxy } from '../../../scripts/harness/proxy.ts';
import { StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;
const RECORD = { attempt: 1, outcome: 'x', statusCode: 0, lateness: 0, duration: 0, error: 'e' };

for (const partitions of [1, 5]) {
  describe(`changes whose reply is lost, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let proxy: TcpProxy;
    let store: Store;
    let dueAt: number;
    /** How many replies were lost. */
    let lost: number;

    beforeEach(async () => {
      proxy = await startProxy(redis.current.port);
      store = await openStore(proxy.port, { partitions });
      dueAt = (await redisNow(redis.current.client)) + HOUR_MS;
      lost = 0;
    });
    afterEach(async () => {
      await store.stop();
      await proxy.close();
    });

    /** From now on the first replies with that line are lost, with their connection. */
    function lose(line: string, times = 1): void {
      proxy.cutReplies((reply) => {
        if (lost === times || !`\r\n${reply}`.includes(`\r\n${line}\r\n`)) return false;
        lost += 1;
        return true;
      });
    }

    const state = () => readState(redis.current.client, store.keys);
    const schedule = (id: string, at = dueAt) => store.messages.schedule(newMessage(id, at));

    async function fail(id: string): Promise<void> {
      await schedule(id, dueAt - 2 * HOUR_MS);
      const partition = store.keys.partitionOf(id);
      const request = { partition, limit: 1, leaseMs: HOUR_MS, token: 'token' };
      const [message] = (await store.leases.claim(request)).messages;
      if (message === undefined) throw new Error('nothing was claimed');
      await store.leases.settle(message, { kind: 'fail', error: 'e' }, RECORD);
    }

    it('schedule: answers for each as if nothing had been', async () => {
      await schedule('taken');
      lose('scheduled', 3);
      const asked = ['a', 'b', 'taken', 'c'].map((id) =>
        schedule(id).catch((error: { code: string }) => error.code),
      );
      const answers = await Promise.all(asked);
      expect(answers).to.deep.equal(['scheduled', 'scheduled', 'message-exists', 'scheduled']);
      expect(lost).to.be.above(0);
      expect(Object.keys((await state()).messages)).to.have.members(['a', 'b', 'c', 'taken']);
    });

    it('schedule under an idempotency key, whichever reply is lost', async () => {
      for (const line of ['+OK', 'scheduled']) {
        lost = 0;
        lose(line);
        const idempotency = { key: `key-${line}`, fingerprint: 'f' };
        const ids = Array.from({ length: 8 }, (_, n) => `${line}-${n}`);
        // With several partitions, of one of these the key leads elsewhere than the id.
        const id = ids.find(
          (one) => store.keys.partitionOf(one) !== store.keys.partitionOf(idempotency.key),
        );
        const message = newMessage(id ?? 'only', dueAt);
        const answers = [];
        for (let n = 0; n < 2; n += 1) {
          answers.push(await store.messages.schedule(message, { idempotency }));
        }
        expect(answers).to.deep.equal(['scheduled', 'scheduled']);
        if (partitions > 1 || line === 'scheduled') expect(lost).to.equal(1);
        await store.messages.cancel(message.id);
      }
    });

    it('cancel: a message that is gone by our own doing was cancelled', async () => {
      await schedule('a');
      lose('cancelled');
      expect(await store.messages.cancel('a')).to.deep.equal({ inFlight: false });
      expect(lost).to.equal(1);
      expect((await state()).messages).to.deep.equal({});
    });

    it('reschedule, fire and replay: change the message once', async () => {
      await schedule('a');
      lose('rescheduled');
      await store.messages.reschedule('a', { payload: '2' });
      expect((await state()).messages.a?.payload).to.equal('2');
      lost = 0;
      lose('fired');
      await store.messages.fire('a');
      expect((await state()).due.a).to.be.below(dueAt);
      await fail('b');
      lose('replayed', lost + 1);
      await store.messages.replay('b');
      expect((await state()).messages.b?.status).to.equal('scheduled');
      expect(lost).to.equal(2);
    });

    it('each is given up in time when no reply ever comes', async () => {
      await schedule('a');
      lose('scheduled', Infinity);
      const since = performance.now();
      const error = await schedule('b').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(performance.now() - since).to.be.within(1000, 2000);
      expect(lost).to.be.above(1);
    });

    it('what never reached Redis fails at once, and is not done later', async () => {
      await proxy.close();
      await store.messages.cancel('nobody').catch(() => undefined);
      const since = performance.now();
      const error = await schedule('a').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(performance.now() - since).to.be.below(500);
      expect((await state()).messages).to.deep.equal({});
    });
  });
}
