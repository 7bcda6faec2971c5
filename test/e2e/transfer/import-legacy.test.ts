import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Keys } from '../../../src/store/keys.ts';
import { everything, legacyMessage, rawLegacy, storeLegacy } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { readState } from '../../support/redis-state.ts';
import { runScript } from '../../support/script.ts';

const ODD_IDS = ['5511999999999@s.whatsapp.net', 'a:b', '{7}:x', 'ü 漢 🎉', '*?[]\\', '"q"'];
const KEYS = new Keys('', 1);

describe('npm run import-legacy', () => {
  const old = useRedis();
  const own = useRedis();
  let dir: string;

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-legacy-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  const importLegacy = (args: string[] = [], env: Record<string, string> = {}, db = 0) =>
    runScript('import-legacy', ['--from', `redis://127.0.0.1:${old.current.port}/${db}`, ...args], {
      REDIS_PORT: String(own.current.port),
      ...env,
    });

  it('takes over every message, odd ids and exact numbers included; a second run finds them there', async () => {
    const exact = '{"n":12345678901234567890,"x":1.0,"list":[0.10,-0,1e400]}';
    await storeLegacy(old.current.client, [
      ...ODD_IDS.map((id) => legacyMessage(id)),
      legacyMessage('local', { scheduleTo: '2098-05-06T07:08:09' }),
      legacyMessage('past', { scheduleTo: '2001-01-01T00:00:00-03:00' }),
    ]);
    await old.current.client.set('message:exact', rawLegacy('exact', exact));
    const source = await everything(old.current.client);

    const first = await importLegacy();
    expect(first.code, first.stderr).to.equal(0);
    expect(first.stdout).to.match(/\b9 imported\n +1 of these past due/);
    const { messages, due, shadows } = await readState(own.current.client, KEYS);
    expect(Object.keys(messages)).to.have.members([...ODD_IDS, 'local', 'past', 'exact']);
    for (const id of ODD_IDS) {
      const { payload, ...legacy } = legacyMessage(id);
      expect(messages[id]).to.include({
        ...legacy,
        payload: JSON.stringify(payload),
        attempt: '0',
      });
      expect([due[id], shadows[id]]).to.deep.equal([Date.UTC(2099, 0, 1), Date.UTC(2099, 0, 1)]);
    }
    expect(messages.exact?.payload).to.equal(exact);
    expect(due.local).to.equal(Date.UTC(2098, 4, 6, 7, 8, 9));
    expect(due.past).to.equal(Date.UTC(2001, 0, 1, 3));
    expect(await everything(old.current.client)).to.deep.equal(source);

    const second = await importLegacy();
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stdout).to.match(/\b0 imported\n +9 already imported\n +0 skipped/);
    expect((await readState(own.current.client, KEYS)).messages).to.deep.equal(messages);
  });

  it('converts in place where the old string lies on the key of the message', async () => {
    const { client, port } = old.current;
    await storeLegacy(
      client,
      ODD_IDS.map((id) => legacyMessage(id)),
    );
    await client.set('message:bad', '{');
    const run = await importLegacy([], { REDIS_PORT: String(port) });
    expect(run.code, run.stderr).to.equal(2);
    expect(run.stdout).to.match(/\b6 converted in place/);
    expect(await client.getdel('message:bad')).to.equal('{');
    const { messages, due } = await readState(client, KEYS);
    expect(Object.keys(messages)).to.have.members(ODD_IDS);
    expect(Object.keys(due)).to.have.members(ODD_IDS);
  });

  it('works in one database with a prefix and partitions, and another database than 0', async () => {
    const { port } = old.current;
    const client = old.current.client.duplicate({ db: 3 });
    await storeLegacy(
      client,
      ODD_IDS.map((id) => legacyMessage(id)),
    );
    const env = { REDIS_PORT: String(port), REDIS_DB: '3', KEY_PREFIX: 'app:', PARTITIONS: '5' };
    const run = await importLegacy([], env, 3);
    expect(run.code, run.stderr).to.equal(0);
    const { messages } = await readState(client, new Keys('app:', 5));
    expect(Object.keys(messages)).to.have.members(ODD_IDS);
    expect(await client.type(`message:${ODD_IDS[0]}`)).to.equal('string');
    client.disconnect();
  });

  it('skips what is no message, says which and why, and writes a report', async () => {
    const { client } = old.current;
    const bad: Record<string, string> = {
      'message:json': '{nope',
      'message:fields': '{"id":"fields"}',
      'message:date': JSON.stringify(legacyMessage('date', { scheduleTo: '31/12/2030' })),
      'message:url': JSON.stringify(legacyMessage('url', { webhookUrl: 'nowhere' })),
      'message:other': JSON.stringify(legacyMessage('another')),
      [`message:${'x'.repeat(300)}`]: JSON.stringify(legacyMessage('x'.repeat(300))),
    };
    await client.mset(bad);
    await client.set('message:bytes', Buffer.from([0x22, 0xff, 0x22]));
    await client.set('other:key', '{}');
    await client.rpush('message:list', 'x');
    await storeLegacy(client, [legacyMessage('good'), legacyMessage('taken')]);
    await own.current.client.hset('message:taken', { id: 'taken', status: 'failed' });
    const report = path.join(dir, 'report.ndjson');
    const run = await importLegacy(['--report', report]);
    expect(run.code, run.stderr).to.equal(2);
    expect(run.stdout).to.match(/\b9 found\n +1 imported\n +0 already imported\n +8 skipped\n/);
    const skipped = readFileSync(report, 'utf8').trimEnd().split('\n');
    const keys = skipped.map((line) => (JSON.parse(line) as { key: string }).key);
    expect(keys).to.have.members([...Object.keys(bad), 'message:bytes', 'message:taken']);
    expect(run.stdout).to.contain('message:date: scheduleTo must be an ISO 8601');
  });

  it('names the first of many it skips, and counts the rest', async () => {
    for (let i = 0; i < 50; i += 1) await old.current.client.set(`message:bad-${i}`, '{');
    const run = await importLegacy();
    expect(run.code).to.equal(2);
    expect(run.stdout.match(/message:bad-/g)).to.have.length(20);
    expect(run.stdout).to.contain('and 30 more');
  });

  it('with --dry-run says the same and writes nothing, in place or not', async () => {
    const { client, port } = old.current;
    await storeLegacy(
      client,
      ODD_IDS.map((id) => legacyMessage(id)),
    );
    await client.set('message:bad', '{');
    const before = await everything(client);
    const apart = await importLegacy(['--dry-run']);
    expect(apart.code).to.equal(2);
    expect(apart.stdout).to.match(/^Dry run: nothing was written\..*\b6 imported/s);
    const inPlace = await importLegacy(['--dry-run'], { REDIS_PORT: String(port) });
    expect(inPlace.stdout).to.match(/\b6 converted in place/);
    expect(await everything(client)).to.deep.equal(before);
    expect(await everything(own.current.client)).to.deep.equal({});
    const real = await importLegacy();
    expect(`Dry run: nothing was written. A real run would give:\n${real.stdout}`).to.equal(
      apart.stdout,
    );
  });
});
