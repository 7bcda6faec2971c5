import { expect } from 'chai';
import type { StoredFields, TransferMode } from '../../../src/store/transfer.ts';
import { everything } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { readState } from '../../support/redis-state.ts';
import { hearExpired, useTransfer } from '../../support/transfer.ts';

const DUE = Date.UTC(2099, 0, 1);

const FIELDS: StoredFields = {
  id: 'a:b@c',
  scheduleTo: '2099-01-01T00:00:00+00:00',
  webhookUrl: 'http://127.0.0.1:9/',
  payload: '{"n":12345678901234567890}',
  status: 'scheduled',
  attempt: '2',
  dueAt: String(DUE),
  createdAt: '1700000000000',
  lastError: 'é\n"quoted"',
  fieldOfALaterVersion: '["x"]',
};

for (const partitions of [1, 5]) {
  describe(`transfer: restore in ${partitions} partition(s)`, () => {
    const redis = useRedis();
    const open = useTransfer(() => redis.current.port, partitions);

    const restore = (fields: StoredFields, at: number, mode: TransferMode = 'write') =>
      open.current.transfer.restore(
        {
          fields,
          id: fields.id ?? '',
          status: fields.status === 'failed' ? 'failed' : 'scheduled',
          at,
        },
        mode,
      );

    const state = () => readState(redis.current.client, open.current.keys);

    it('puts a scheduled message back in all three places, every field as it was', async () => {
      expect(await restore(FIELDS, DUE)).to.deep.equal({ verdict: 'restored', pastDue: false });
      expect(await state()).to.deep.equal({
        delivering: {},
        messages: { 'a:b@c': FIELDS },
        due: { 'a:b@c': DUE },
        failed: {},
        shadows: { 'a:b@c': DUE },
        logged: 0,
      });
    });

    it('puts one that was being delivered back as scheduled, its attempt spent', async () => {
      const claimed = { claim: 'token', leaseUntil: '1' };
      await restore({ ...FIELDS, ...claimed, status: 'delivering' }, DUE);
      const { messages, due } = await state();
      expect(messages).to.deep.equal({ 'a:b@c': FIELDS });
      expect(due).to.deep.equal({ 'a:b@c': DUE });
    });

    it('puts a failed one back among the failed, and nowhere else', async () => {
      const failed = { ...FIELDS, status: 'failed', failedAt: '1700000000005' };
      expect(await restore(failed, 1_700_000_000_005)).to.deep.equal({
        verdict: 'restored',
        pastDue: false,
      });
      expect(await state()).to.deep.equal({
        delivering: {},
        messages: { 'a:b@c': failed },
        due: {},
        failed: { 'a:b@c': 1_700_000_000_005 },
        shadows: {},
        logged: 0,
      });
    });

    it('gives one past due a shadow key whose expiry is announced', async () => {
      const heard = await hearExpired(redis.current.client);
      expect((await restore({ ...FIELDS, dueAt: '1000' }, 1000)).pastDue).to.equal(true);
      expect((await state()).due).to.deep.equal({ 'a:b@c': 1000 });
      await heard.until(open.current.keys.shadow('a:b@c'));
      heard.stop();
    });

    it('leaves a message that is there alone', async () => {
      await restore(FIELDS, DUE);
      const before = await everything(redis.current.client);
      const other = { ...FIELDS, status: 'failed', payload: '1' };
      expect(await restore(other, 1)).to.deep.equal({ verdict: 'exists', pastDue: false });
      expect(await everything(redis.current.client)).to.deep.equal(before);
    });

    it('leaves a key of another type alone', async () => {
      await redis.current.client.set(open.current.keys.message('a:b@c'), 'x');
      expect((await restore(FIELDS, DUE)).verdict).to.equal('taken');
      expect(await open.current.transfer.count()).to.equal(0);
    });

    it('writes nothing when it only looks, and says the same', async () => {
      await restore({ ...FIELDS, id: 'there' }, DUE);
      const before = await everything(redis.current.client);
      expect((await restore(FIELDS, DUE, 'look')).verdict).to.equal('restored');
      expect((await restore({ ...FIELDS, id: 'there' }, DUE, 'look')).verdict).to.equal('exists');
      expect(await everything(redis.current.client)).to.deep.equal(before);
    });
  });
}
