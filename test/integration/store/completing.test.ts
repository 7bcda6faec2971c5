import { expect } from 'chai';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { readState } from '../../support/redis-state.ts';
import { idsIn, newMessage, openStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;
const RECORD = { attempt: 1, outcome: 'x', statusCode: 204, lateness: 0, duration: 0, error: '' };

for (const partitions of [1, 7]) {
  describe(`completing many messages at once, in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    let store: Store;

    beforeEach(async () => {
      store = await openStore(redis.current.port, { partitions });
    });
    afterEach(() => store.stop());

    async function claim(token: string) {
      const request = { partition: 0, limit: 50, leaseMs: HOUR_MS, token };
      return (await store.leases.claim(request)).messages;
    }

    it('each has its own answer, and is settled once', async () => {
      const ids = idsIn(store, 0, 120);
      for (const id of ids) await store.messages.schedule(newMessage(id, Date.now() - 50));
      const messages: ClaimedMessage[] = [];
      while (messages.length < ids.length) {
        messages.push(...(await claim(`token-${messages.length}`)));
      }
      await store.messages.cancel(ids[7] ?? '');
      const lost = { ...messages[60], claimToken: 'another' } as ClaimedMessage;
      const settle = (message: ClaimedMessage) =>
        store.leases.settle(message, { kind: 'complete' }, RECORD);
      const results = await Promise.all([...messages, lost].map(settle));
      const expected = [...messages, lost].map(({ id }) =>
        id === ids[7] ? 'not-found' : 'completed',
      );
      // It came after the holder's own in the same call.
      expected[ids.length] = 'not-found';
      expect(results).to.deep.equal(expected);
      const {
        messages: left,
        due,
        delivering,
        logged,
      } = await readState(redis.current.client, store.keys);
      expect([left, due, delivering, logged]).to.deep.equal([{}, {}, {}, ids.length - 1]);
    });
  });
}
