import { expect } from 'chai';
import { legacyMessage, storeLegacy } from '../../support/legacy.ts';
import { messageKeysLeft } from '../../support/message-keys.ts';
import { useReceiver } from '../../support/receiver.ts';
import { runScript } from '../../support/script.ts';
import { until } from '../../support/until.ts';
import { useService } from '../../support/use-service.ts';

/** Time for the import to start and end before the first message is due, in ms. */
const LEAD_MS = 6000;

describe('moving in while the service runs', () => {
  const running = useService();
  const receiver = useReceiver();

  it('delivers what is imported in place, once and on time; a second run changes nothing', async () => {
    const { redis, client } = running.current;
    const webhookUrl = receiver.current.url;
    const dueAt = Date.now() + LEAD_MS;
    const scheduleTo = new Date(dueAt).toISOString();
    const late = legacyMessage('late', { scheduleTo: '2020-01-01T00:00:00', webhookUrl });
    const soon = Array.from({ length: 50 }, (_, i) =>
      legacyMessage(`551199999${i}@s.whatsapp.net`, { scheduleTo, webhookUrl, payload: { i } }),
    );
    await storeLegacy(client, [late, ...soon]);
    const from = `redis://127.0.0.1:${redis.port}`;
    const importLegacy = () =>
      runScript('import-legacy', ['--from', from], { REDIS_PORT: String(redis.port) });
    const first = await importLegacy();
    expect(first.code, first.stderr).to.equal(0);
    await receiver.current.waitFor(1);
    expect((await importLegacy()).code).to.equal(0);
    await receiver.current.waitFor(51, LEAD_MS + 5000);
    await until('all keys are gone', async () => (await messageKeysLeft(client)).length === 0);
    const counts = receiver.current.countById();
    expect([...counts.values()].every((count) => count === 1)).to.equal(true);
    for (const { id, at, body } of receiver.current.received) {
      if (id === 'late') continue;
      expect(at - dueAt, id).to.be.within(0, 1000);
      expect(body).to.match(/^\{"i":\d+\}$/);
    }
  });

  it('does not deliver again what a run from another Redis imported before', async () => {
    const { redis, client } = running.current;
    const other = client.duplicate({ db: 5 });
    await storeLegacy(other, [
      legacyMessage('once', {
        scheduleTo: '2020-01-01T00:00:00',
        webhookUrl: receiver.current.url,
      }),
    ]);
    const from = `redis://127.0.0.1:${redis.port}/5`;
    const importLegacy = () =>
      runScript('import-legacy', ['--from', from], { REDIS_PORT: String(redis.port) });
    expect((await importLegacy()).code).to.equal(0);
    await receiver.current.waitFor(1);
    await until('it is settled', async () => (await client.exists('message:once')) === 0);
    const again = await importLegacy();
    expect(again.stdout).to.match(/\b0 imported\n +1 already imported/);
    expect(await client.exists('message:once')).to.equal(0);
    expect(receiver.current.received).to.have.length(1);
    other.disconnect();
  });
});
