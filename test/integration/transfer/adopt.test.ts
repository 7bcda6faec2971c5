import { expect } from 'chai';
import type { TransferMode } from '../../../src/store/transfer.ts';
import { everything } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { newMessage } from '../../support/store.ts';
import { hearExpired, useTransfer } from '../../support/transfer.ts';

const DUE = Date.UTC(2099, 0, 1);
const TEXT = '{"the":"text that was read"}';

for (const partitions of [1, 5]) {
  describe(`transfer: adopt in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    const open = useTransfer(() => redis.current.port, partitions);

    const adopt = (id: string, dueAt = DUE, mode: TransferMode = 'write') =>
      open.current.transfer.adopt(newMessage(id, dueAt), TEXT, mode);

    it('schedules an absent message in all three places', async () => {
      const { client } = redis.current;
      const before = await redisNow(client);
      expect(await adopt('a:b@c')).to.deep.equal({ verdict: 'imported', pastDue: false });
      const state = await readState(client, open.current.keys);
      const { createdAt, ...fields } = state.messages['a:b@c'] ?? {};
      const { dueAt, ...message } = newMessage('a:b@c', DUE);
      expect(fields).to.deep.equal({
        ...message,
        status: 'scheduled',
        attempt: '0',
        dueAt: String(dueAt),
      });
      expect(Number(createdAt)).to.be.within(before, await redisNow(client));
      expect(state.due).to.deep.equal({ 'a:b@c': DUE });
      expect(state.shadows).to.deep.equal({ 'a:b@c': DUE });
    });

    it('gives one past due a shadow key whose expiry is announced', async () => {
      const { client } = redis.current;
      const shadow = open.current.keys.shadow('past');
      const heard = await hearExpired(client);
      expect(await adopt('past', 1000)).to.deep.equal({ verdict: 'imported', pastDue: true });
      expect((await readState(client, open.current.keys)).due).to.deep.equal({ past: 1000 });
      await heard.until(shadow);
      heard.stop();
    });

    it('turns the string that was read into the message, in place', async () => {
      const { client } = redis.current;
      await client.set(open.current.keys.message('x'), TEXT);
      expect(await adopt('x')).to.deep.equal({ verdict: 'converted', pastDue: false });
      const state = await readState(client, open.current.keys);
      expect(state.messages.x).to.include({ status: 'scheduled', payload: '{"hello":"world"}' });
      expect(state.due).to.deep.equal({ x: DUE });
    });

    it('leaves a string alone that holds another text by now', async () => {
      const { client } = redis.current;
      await client.set(open.current.keys.message('x'), `${TEXT} `);
      const before = await everything(client);
      expect(await adopt('x')).to.deep.equal({ verdict: 'changed', pastDue: false });
      expect(await everything(client)).to.deep.equal(before);
    });

    it('leaves alone what it imported before', async () => {
      const { client } = redis.current;
      await adopt('x');
      const before = await everything(client);
      expect((await adopt('x')).verdict).to.equal('already');
      expect(await everything(client)).to.deep.equal(before);
    });

    it('does not bring back what was delivered since', async () => {
      const { client } = redis.current;
      await adopt('x');
      const { keys } = open.current;
      const [due, shadow] = [keys.dueIndex(keys.partitionOf('x')), keys.shadow('x')];
      await client.del(keys.message('x'), shadow, due);
      expect((await adopt('x')).verdict).to.equal('already');
      expect((await readState(client, keys)).messages).to.deep.equal({});
      const record = keys.importRecord(keys.partitionOf('x'));
      expect(await client.pttl(record)).to.be.within(1, 30 * 86_400_000);
    });

    it('imports another message that has the id of one delivered since', async () => {
      await adopt('x');
      const { keys, transfer } = open.current;
      await redis.current.client.del(keys.message('x'));
      const other = newMessage('x', DUE, { payload: '1' });
      expect((await transfer.adopt(other, 'another text', 'write')).verdict).to.equal('imported');
    });

    it('knows the same message, and another one, without its record', async () => {
      const { keys, transfer } = open.current;
      await adopt('x');
      await redis.current.client.del(keys.importRecord(keys.partitionOf('x')));
      expect((await adopt('x')).verdict).to.equal('already');
      const other = newMessage('x', DUE, { payload: '1' });
      expect((await transfer.adopt(other, TEXT, 'write')).verdict).to.equal('taken');
    });

    it('leaves a key of another type alone', async () => {
      const { client } = redis.current;
      await client.rpush(open.current.keys.message('x'), 'a');
      const before = await everything(client);
      expect((await adopt('x')).verdict).to.equal('taken');
      expect(await everything(client)).to.deep.equal(before);
    });

    it('writes nothing when it only looks, and says the same', async () => {
      const { client } = redis.current;
      await client.set(open.current.keys.message('old'), TEXT);
      const before = await everything(client);
      expect((await adopt('new', DUE, 'look')).verdict).to.equal('imported');
      expect((await adopt('new', DUE, 'look')).pastDue).to.equal(false);
      expect((await adopt('new', 5, 'look')).pastDue).to.equal(true);
      expect((await adopt('old', DUE, 'look')).verdict).to.equal('converted');
      expect(await everything(client)).to.deep.equal(before);
    });
  });
}
