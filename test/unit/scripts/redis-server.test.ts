import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { askRedis } from '../../../scripts/lib/redis-link.mjs';
import {
  isPortTaken,
  type RedisServer,
  RedisStartError,
  startRedisServer,
} from '../../../scripts/lib/redis-server.mjs';

describe('scripts: redis-server', () => {
  let base: string;
  let servers: RedisServer[];
  const start = async (name: string, options = {}): Promise<RedisServer> => {
    const server = await startRedisServer({ dir: path.join(base, name), ...options });
    servers.push(server);
    return server;
  };
  const failure = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error,
    );

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'redis server-'));
    servers = [];
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(base, { recursive: true });
  });

  it('runs with config/redis.conf', async () => {
    const { port } = await start('a');
    const value = (name: string) => askRedis(port, 'CONFIG', 'GET', name);
    expect(await value('appendonly')).to.deep.equal(['appendonly', 'yes']);
    expect(await value('maxmemory-policy')).to.deep.equal(['maxmemory-policy', 'noeviction']);
    expect(await value('bind')).to.deep.equal(['bind', '127.0.0.1']);
    // The file has the names of 6.2; both lines prove that this version knows them.
    expect(await value('hash-max-ziplist-value')).to.deep.equal(['hash-max-ziplist-value', '512']);
    const [, events] = (await value('notify-keyspace-events')) as string[];
    expect([...(events ?? '')].sort().join('')).to.equal('Ex');
  });

  it('lets the caller override the file, a password included', async () => {
    const { port } = await start('a', { args: ['--appendonly', 'no', '--requirepass', 'a b'] });
    const refused = await failure(askRedis(port, 'PING'));
    expect(refused).to.have.property('code', 'NOAUTH');
    const reply = await askRedis({ port, password: 'a b' }, 'CONFIG', 'GET', 'appendonly');
    expect(reply).to.deep.equal(['appendonly', 'no']);
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start('a');
    await askRedis(first.port, 'SET', 'k', 'v');
    await first.stop();
    const second = await start('a', { port: first.port });
    expect(await askRedis(second.port, 'GET', 'k')).to.equal('v');
  });

  it('gives servers that start together different ports', async () => {
    const started = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => start(name)));
    expect(new Set(started.map(({ port }) => port)).size).to.equal(5);
  });

  it('says so when the port given belongs to another Redis', async () => {
    const { port } = await start('a');
    const error = await failure(start('b', { port }));
    expect(isPortTaken(error)).to.equal(true);
  });

  it('rejects with the end of the log when Redis does not start', async () => {
    const error = await failure(start('a', { args: ['--no-such-setting', '1'] }));
    expect(error).to.be.instanceOf(RedisStartError);
    expect(String(error)).to.contain('no-such-setting');
  });

  it('gives up at once when told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect(await failure(start('a', { signal }))).to.have.property('message', 'enough');
  });

  it('kills a server that does not stop', async () => {
    const server = await start('a');
    server.process.kill('SIGSTOP');
    await server.stop(50);
    expect(await server.exited).to.contain('SIGKILL');
  });
});
