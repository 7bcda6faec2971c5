import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { TRACE } from '../../../src/http/openapi/requests.ts';
import { Keys } from '../../../src/store/keys.ts';
import { everything } from '../../support/legacy.ts';
import { messageKeysLeft } from '../../support/message-keys.ts';
import { useRedis } from '../../support/redis.ts';
import { type RedisState, readState } from '../../support/redis-state.ts';
import { runScript } from '../../support/script.ts';
import { startService } from '../../support/service.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { openTestTransfer } from '../../support/transfer.ts';

const HOUR_MS = 3_600_000;

/** A thousand messages in every state a service leaves them in. */
async function populate(port: number, client: Redis): Promise<void> {
  const store = await openStore(port);
  const session = await openTestTransfer({ port });
  for (let i = 0; i < 900; i += 1) {
    const payload = `{"n":12345678901234567${i},"text":"\\u0000é\\"${'x'.repeat(i)}"}`;
    const over = { payload, ...(i % 2 === 0 ? { trace: TRACE } : {}) };
    await store.messages.schedule(newMessage(`s-${i}@c.us`, Date.now() + HOUR_MS + i, over));
  }
  for (let i = 0; i < 50; i += 1) {
    await store.messages.schedule(newMessage(`d-${i}`, Date.now() - 1000));
  }
  await store.leases.claim({ partition: 0, limit: 50, leaseMs: HOUR_MS, token: 'token' });
  for (let i = 0; i < 50; i += 1) {
    const at = Date.now() - i;
    const failed = { status: 'failed', failedAt: String(at), attempt: '5', lastError: 'no answer' };
    const { dueAt, id, scheduleTo, webhookUrl, payload } = newMessage(`f-${i}`, at);
    const message = { id, scheduleTo, webhookUrl, payload };
    const fields = { ...message, ...failed, dueAt: String(dueAt), tags: '["later version"]' };
    await session.transfer.restore({ fields, id: `f-${i}`, status: 'failed', at }, 'write');
  }
  expect(await client.zcard('index:due')).to.equal(950);
  session.close();
  await store.stop();
}

/** What must be the same after a round trip: all but the traces of an attempt under way. */
function comparable({ messages, failed }: RedisState) {
  const kept = Object.entries(messages).map(([id, hash]) => {
    const { claim, leaseUntil, request, ...fields } = hash;
    const status = fields.status === 'delivering' ? 'scheduled' : fields.status;
    return [id, { ...fields, status }];
  });
  return { messages: Object.fromEntries(kept), failed };
}

describe('npm run export and import', () => {
  const redis = useRedis();
  const other = useRedis();
  let dir: string;
  let file: string;
  let files = 0;

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-export-'));
  });
  beforeEach(() => {
    files += 1;
    file = path.join(dir, `${files}.ndjson`);
  });
  after(() => rmSync(dir, { recursive: true }));

  const here = (env: Record<string, string> = {}) => ({
    REDIS_PORT: String(redis.current.port),
    ...env,
  });

  it('change the number of partitions: every message comes back, hash by hash', async () => {
    const { client, port } = redis.current;
    await populate(port, client);
    const before = comparable(await readState(client, new Keys('', 1)));
    expect(Object.keys(before.messages)).to.have.length(1000);

    const out = await runScript('export', ['--to', file, '--remove'], here());
    expect(out.code, out.stderr).to.equal(0);
    expect(out.stderr).to.match(/1,000 messages written[\s\S]*1,000 messages\n$/);
    expect(await messageKeysLeft(client)).to.deep.equal([]);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).to.have.length(1002);
    expect(JSON.parse(lines[0] ?? '')).to.include({ format: 'agendamento-export', partitions: 1 });

    const back = await runScript('import', ['--from', file], here({ PARTITIONS: '5' }));
    expect(back.code, back.stderr).to.equal(0);
    expect(back.stdout).to.match(/1,000 imported\n +50 of these past due/);
    const keys = new Keys('', 5);
    const state = await readState(client, keys);
    expect(comparable(state)).to.deep.equal(before);
    for (const [id, { status, dueAt, claim, leaseUntil }] of Object.entries(state.messages)) {
      expect([claim, leaseUntil]).to.deep.equal([undefined, undefined]);
      expect(state.due[id]).to.equal(status === 'failed' ? undefined : Number(dueAt));
    }
    for (const i of [0, 899])
      expect(state.shadows[`s-${i}@c.us`]).to.equal(state.due[`s-${i}@c.us`]);
    expect(state.messages['d-0']).to.include({ status: 'scheduled', attempt: '1' });

    const service = await startService(port, { PARTITIONS: '5' });
    expect(await service.end()).to.equal(0);
  });

  it('move a backup to another Redis and prefix by way of the standard streams, twice', async () => {
    const { client, port } = redis.current;
    await populate(port, client);
    const before = await everything(client);
    const out = await runScript('export', [], here());
    expect(out.code, out.stderr).to.equal(0);
    expect(await everything(client)).to.deep.equal(before);
    // What npm itself prints on standard output is in front of a redirected export.
    const input = `\n> api-de-agendamento@1.0.0 export\n> node scripts/export.mjs\n\n${out.stdout}`;
    const there = { REDIS_PORT: String(other.current.port), KEY_PREFIX: 'copy:' };
    const dry = await runScript('import', ['--dry-run'], there, input);
    expect(dry.stdout).to.match(/^Dry run: [\s\S]*1,000 imported/);
    expect(await everything(other.current.client)).to.deep.equal({});
    const first = await runScript('import', [], there, input);
    expect(first.code, first.stderr).to.equal(0);
    expect(dry.stdout.endsWith(first.stdout)).to.equal(true);
    const keys = new Keys('copy:', 1);
    const copy = comparable(await readState(other.current.client, keys));
    expect(copy).to.deep.equal(comparable(await readState(client, new Keys('', 1))));
    const second = await runScript('import', [], there, input);
    expect(second.code).to.equal(0);
    expect(second.stdout).to.match(/\b0 imported\n +1,000 already there/);
    expect(comparable(await readState(other.current.client, keys))).to.deep.equal(copy);
  });

  it('skip lines that are malformed, by number, and go on', async () => {
    const { client, port } = redis.current;
    const store = await openStore(port);
    for (const id of ['a', 'b', 'c']) {
      await store.messages.schedule(newMessage(id, Date.now() + HOUR_MS));
    }
    await store.stop();
    const { stdout } = await runScript('export', [], here());
    const lines = stdout.trimEnd().split('\n');
    lines.splice(2, 0, 'nonsense', '{"id":"x"}');
    await client.flushall();
    const report = path.join(dir, 'report');
    const run = await runScript('import', ['--report', report], here(), lines.join('\n'));
    expect(run.code, run.stderr).to.equal(2);
    expect(run.stdout).to.match(/\b3 imported\n[\s\S]*line 3: is not a JSON object\n +line 4: /);
    const [first = ''] = readFileSync(report, 'utf8').split('\n');
    expect(JSON.parse(first)).to.deep.equal({ line: 3, reason: 'is not a JSON object' });
    expect(await client.zcard('index:due')).to.equal(3);
  });

  it('notice an export that was cut off', async () => {
    const { stdout } = await runScript('export', [], here());
    const [header = ''] = stdout.split('\n');
    const run = await runScript('import', [], here(), `${header}\n`);
    expect(run.code).to.equal(2);
    expect(run.stdout).to.contain('cut off');
  });

  it('never write over a file that exists', async () => {
    writeFileSync(file, 'precious');
    const run = await runScript('export', ['--to', file, '--remove'], here());
    expect(run.code).to.equal(1);
    expect(run.stderr).to.contain('exists');
    expect(readFileSync(file, 'utf8')).to.equal('precious');
  });

  it('remove nothing while the service runs, unless told that it is another one', async () => {
    const { client, port } = redis.current;
    const service = await startService(port, { KEY_PREFIX: 'other:', REPLICA_NAME: 'busy-one' });
    const store = await openStore(port);
    await store.messages.schedule(newMessage('x', Date.now() + HOUR_MS));
    await store.stop();
    const refused = await runScript('export', ['--to', file, '--remove'], here());
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain('busy-one');
    expect(await client.exists('message:x')).to.equal(1);
    const forced = await runScript('export', ['--to', file, '--remove', '--force'], here());
    expect(forced.code, forced.stderr).to.equal(0);
    expect(await client.exists('message:x')).to.equal(0);
    await service.end();
  });

  it('name what lies there and is no message of these settings', async () => {
    await redis.current.client.hset('message:{3}:lost', { id: 'lost', status: 'scheduled' });
    const run = await runScript('export', ['--to', file], here());
    expect(run.code).to.equal(2);
    expect(run.stderr).to.match(/\b1 hashes left out/);
  });
});
