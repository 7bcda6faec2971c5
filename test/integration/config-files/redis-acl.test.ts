import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../../scripts/lib/redis-server.mjs';
import { root } from '../../../scripts/lib/root.mjs';

const FILE = path.join(root, 'config/redis-acl.conf');
const LINE = /^user .+$/m.exec(readFileSync(FILE, 'utf8'))?.[0] ?? '';
const [, NAME = '', ...WORDS] = LINE.split(' ');

describe('config/redis-acl.conf', () => {
  let dir: string;
  let server: RedisServer;
  let client: Redis;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-acl-'));
  });
  afterEach(async () => {
    client.disconnect();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<void> {
    server = await startRedisServer({ dir, args: ['--appendonly', 'no', ...args] });
    client = new Redis({ host: '127.0.0.1', port: server.port, protocol: 2 });
  }

  /** Fails unless the user is there, with exactly the rights of the line. */
  async function expectUser(): Promise<void> {
    const found = await client.acl('GETUSER', NAME);
    await client.acl('SETUSER', 'pasted', ...WORDS);
    expect(found).to.deep.equal(await client.acl('GETUSER', 'pasted'));
    const link = client.duplicate({ username: NAME, password: 'change-me' });
    expect(await link.ping()).to.equal('PONG');
    link.disconnect();
  }

  it('can be included in redis.conf, and pasted after ACL SETUSER', async () => {
    await start('--include', FILE);
    await expectUser();
  });

  it('can go into an aclfile', async () => {
    const users = path.join(dir, 'users.acl');
    writeFileSync(users, `user default on nopass ~* &* +@all\n${LINE}\n`);
    await start('--aclfile', users);
    await expectUser();
  });
});
