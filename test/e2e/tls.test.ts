import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { legacyMessage, storeLegacy } from '../support/legacy.ts';
import { EVERYWHERE, placesOf } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { runMain } from '../support/run-main.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { runScript } from '../support/script.ts';
import { useServicesWith } from '../support/service.ts';
import { portsOf, tlsEnv, useTlsRedis } from '../support/tls-redis.ts';

describe('Redis over TLS', () => {
  const redis = useTlsRedis();
  const plain = useRedis();
  const receiver = useReceiver();
  const start = useServicesWith(() => tlsEnv(redis.current));
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-tls-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Runs a tool on that Redis. */
  const run = (name: string, ...args: string[]) =>
    runScript(name, args, { REDIS_HOST: '', ...tlsEnv(redis.current) });

  it('carries everything the service does', async () => {
    const service = await start();
    await scheduleAll(service, messagesDue(20, Date.now() + 300, receiver.current.url));
    await receiver.current.waitFor(20);
    const ports = await portsOf(redis.current, /^agendamento:/);
    expect(ports).to.have.lengthOf.at.least(2);
    expect(new Set(ports)).to.deep.equal(new Set([redis.current.tlsPort]));
  });

  it('carries export and import, with REDIS_TLS=true as well', async () => {
    const service = await start();
    await scheduleAll(service, messagesDue(3, Date.now() + 3_600_000, receiver.current.url));
    await service.end();
    const file = path.join(dir, 'export.ndjson');
    const moved = await run('export', '--to', file, '--remove');
    expect(moved.code, moved.stderr).to.equal(0);
    expect(moved.stderr).to.include(`From rediss://127.0.0.1:${redis.current.tlsPort}/0 to `);
    const { REDIS_URL: _url, ...files } = tlsEnv(redis.current);
    const port = { REDIS_TLS: 'true', REDIS_PORT: String(redis.current.tlsPort) };
    const back = await runScript('import', ['--from', file], { ...files, ...port });
    expect(back.code, back.stderr).to.equal(0);
    expect(await placesOf(redis.current.client, 'm-0')).to.deep.equal(EVERYWHERE);
  });

  it('carries import-legacy from a rediss:// source', async () => {
    await storeLegacy(redis.current.client, [legacyMessage('a')]);
    const from = `rediss://127.0.0.1:${redis.current.tlsPort}`;
    const done = await run('import-legacy', '--from', from);
    expect(done.code, done.stderr).to.equal(0);
    expect(done.stdout).to.include('1 converted in place');
    // Without what it takes to be let in.
    const { port } = plain.current;
    const refused = await runScript('import-legacy', ['--from', from], {
      REDIS_PORT: String(port),
    });
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(/the old Redis \(rediss:.+REDIS_TLS_CA_FILE/);
  });

  it('does not begin with certificates that cannot be used', async () => {
    const env = { ...tlsEnv(redis.current), API_TOKEN: 't', REDIS_TLS_CA_FILE: '/nowhere' };
    const { code, stderr } = await runMain(env, dir);
    expect(code).to.equal(1);
    expect(stderr).to.deep.equal(['REDIS_TLS_CA_FILE: cannot be read (ENOENT), is "/nowhere"']);
  });
});
