import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { noteOfLiveServer } from '../../../scripts/lib/embedded-files.mjs';
import { useServiceRedis } from '../../../scripts/lib/service-redis.mjs';

const quiet = { say: () => undefined };

describe('scripts: the Redis of the service', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-service-redis-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is the one that the settings name', async () => {
    const env = { REDIS_HOST: 'redis.internal' };
    await (await useServiceRedis(dir, env, quiet))();
    expect(env).to.deep.equal({ REDIS_HOST: 'redis.internal' });
    expect(noteOfLiveServer(dir)).to.equal(undefined);
  });

  it('is the default where npm start has no data', async () => {
    const env = {};
    await (await useServiceRedis(path.join(dir, 'none'), env, quiet))();
    expect(env).to.deep.equal({});
  });

  it('is that of npm start where it has data: started, or as it runs, and then left running', async () => {
    const first: NodeJS.ProcessEnv = {};
    const stop = await useServiceRedis(dir, first, quiet);
    const running = noteOfLiveServer(dir);
    expect(first).to.deep.equal({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(running?.port) });
    const second: NodeJS.ProcessEnv = {};
    await (await useServiceRedis(dir, second, quiet))();
    expect(second).to.deep.equal(first);
    expect(noteOfLiveServer(dir)).to.deep.equal(running);
    await stop();
    expect(noteOfLiveServer(dir)).to.equal(undefined);
  });
});
