import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { everything, legacyMessage, storeLegacy } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { runScript } from '../../support/script.ts';
import { newMessage, openStore } from '../../support/store.ts';

/** Nothing listens there. */
const NOWHERE = 'redis://127.0.0.1:1';

describe('transfers that fail', () => {
  const redis = useRedis();
  const here = () => ({ REDIS_PORT: String(redis.current.port) });
  const url = () => `redis://127.0.0.1:${redis.current.port}`;
  let dir: string;

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-failures-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  /** Runs every command at once, with the arguments that it cannot do without. */
  const runAll = (args: string[], env: Record<string, string>) =>
    Promise.all(
      (['import-legacy', 'export', 'import'] as const).map(async (name) => {
        const needed = name === 'import-legacy' ? ['--from', url()] : [];
        return { name, ...(await runScript(name, [...needed, ...args], env)) };
      }),
    );

  it('--help says what each does and needs no Redis', async () => {
    for (const { name, code, stdout } of await runAll(['--help'], { REDIS_PORT: '1' })) {
      expect(code).to.equal(0);
      expect(stdout).to.match(new RegExp(`^npm run ${name} -- `));
    }
  });

  it('an argument that none of them knows', async () => {
    for (const { code, stderr } of await runAll(['--whatever'], here())) {
      expect(code).to.equal(1);
      expect(stderr).to.match(/✗ Unknown option '--whatever'\n +--help/);
    }
  });

  it("the service's Redis is out of reach", async () => {
    for (const { code, stderr, stdout } of await runAll([], { REDIS_PORT: '1' })) {
      expect(code).to.equal(1);
      expect(stderr).to.match(/the service's Redis \(redis:.*ECONNREFUSED/);
      expect(stdout).to.equal('');
    }
  });

  it('a setting of the store is wrong; one of the others does not matter', async () => {
    const env = { ...here(), KEY_PREFIX: '{', API_PORT: 'x' };
    for (const { code, stderr } of await runAll([], env)) {
      expect(code).to.equal(1);
      expect(stderr).to.match(/KEY_PREFIX: must match/);
      expect(stderr).not.to.contain('API_PORT');
    }
  });

  it('the data has another number of partitions', async () => {
    const store = await openStore(redis.current.port);
    await store.messages.schedule(newMessage('x', Date.now() + 60_000));
    await store.stop();
    const before = await everything(redis.current.client);
    for (const { code, stderr } of await runAll([], { ...here(), PARTITIONS: '2' })) {
      expect(code).to.equal(1);
      expect(stderr).to.contain('set PARTITIONS=1');
    }
    expect(await everything(redis.current.client)).to.deep.equal(before);
  });

  for (const [what, args, reason] of [
    ['no source', [], /--from is missing/],
    ['a source that is no URL', ['--from', 'localhost'], /no Redis URL/],
    ['a source out of reach', ['--from', NOWHERE], /the old Redis \(redis:.*ECONNREFUSED/],
    ['a word too many', ['--from', NOWHERE, 'x'], /Unexpected argument 'x'/],
  ] as const) {
    it(`import-legacy: ${what}`, async () => {
      const { code, stderr, stdout } = await runScript('import-legacy', args, here());
      expect(code).to.equal(1);
      expect(stderr).to.match(reason);
      expect(stderr).not.to.match(/\n +at /);
      expect(stdout).to.equal('');
    });
  }

  it('export: no file is left when it fails, and none is made when it cannot start', async () => {
    const file = path.join(dir, 'none');
    await runScript('export', ['--to', file], { REDIS_PORT: '1' });
    expect(existsSync(file)).to.equal(false);
    await redis.current.client.zadd('index:due', 1, 'x');
    await redis.current.client.hset('message:x', { id: 'x', status: 'scheduled' });
    await redis.current.client.call(
      'ACL',
      'SETUSER',
      'half',
      'on',
      '>pw',
      '~*',
      '&*',
      '+@all',
      '-hgetall',
    );
    const env = { ...here(), REDIS_USERNAME: 'half', REDIS_PASSWORD: 'pw' };
    const { code } = await runScript('export', ['--to', file], env);
    expect(code).to.equal(1);
    expect(existsSync(file)).to.equal(false);
  });

  for (const [args, reason] of [
    [['--remove'], /--remove needs --to/],
    [['--force'], /--force goes with --remove/],
    [['--to', '/no/such/directory/x'], /ENOENT/],
  ] as const) {
    it(`export ${args.join(' ')}`, async () => {
      const { code, stderr } = await runScript('export', args, here());
      expect(code).to.equal(1);
      expect(stderr).to.match(reason);
    });
  }

  for (const [what, input, reason] of [
    ['nothing', '', /no export: it is empty/],
    ['something else', '{"name":"x"}\n', /no export: its first line/],
    ['a later format', '{"format":"agendamento-export","version":9}\n', /version 9/],
  ] as const) {
    it(`import of ${what}`, async () => {
      const { code, stderr } = await runScript('import', [], here(), input);
      expect(code).to.equal(1);
      expect(stderr).to.match(reason);
    });
  }

  it('import-legacy: a full Redis stops it; what was done is whole, and the next run does the rest', async () => {
    const { client } = redis.current;
    const other = client.duplicate({ db: 1 });
    const payload = { text: 'x'.repeat(2000) };
    const ids = Array.from({ length: 300 }, (_, i) => `m-${i}`);
    await storeLegacy(
      other,
      ids.map((id) => legacyMessage(id, { payload })),
    );
    const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
    await client.config('SET', 'maxmemory', String(Number(used) + 400_000));
    const args = ['--from', `${url()}/1`];
    const full = await runScript('import-legacy', args, here());
    await client.config('SET', 'maxmemory', '0');
    expect(full.code).to.equal(1);
    expect(full.stderr).to.match(/out of memory[\s\S]*run the same command again/);
    const hashes = (await client.keys('message:*')).length;
    expect(await client.zcard('index:due')).to.equal(hashes);
    const again = await runScript('import-legacy', args, here());
    expect(again.code, again.stderr).to.equal(0);
    expect(await client.zcard('index:due')).to.equal(300);
    other.disconnect();
  });
});
