import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { noteOfLiveServer, readPort, redisPortOf } from '../../../scripts/lib/embedded-files.mjs';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../scripts/lib/embedded-redis.mjs';
import { findServer } from '../../../scripts/lib/embedded-search.mjs';
import { askRedis, RedisLink } from '../../../scripts/lib/redis-link.mjs';
import { type RedisServer, startRedisServer } from '../../../scripts/lib/redis-server.mjs';

/** A process that starts the embedded Redis of a directory, prints its pid and then only lives. */
const STARTER = `
const { startEmbeddedRedis } = await import(process.argv[1]);
const redis = await startEmbeddedRedis({ dir: process.argv[2], say: () => {} });
console.log(redis.pid());
`;
const MODULE = new URL('../../../scripts/lib/embedded-redis.mjs', import.meta.url).href;

describe('scripts: embedded Redis', () => {
  let base: string;
  let dir: string;
  let said: string[];
  let onSay: (line: string) => void;
  let running: EmbeddedRedis[];
  let others: { stop: () => Promise<unknown> }[];

  const start = async (): Promise<EmbeddedRedis> => {
    const say = (line: string): void => {
      said.push(line);
      onSay(line);
    };
    const redis = await startEmbeddedRedis({ dir, say });
    running.push(redis);
    return redis;
  };
  const failure = (attempt: Promise<unknown>): Promise<Error> =>
    attempt.then(
      () => expect.fail('it did not fail'),
      (error: Error) => error,
    );
  const stopLater = <T extends RedisServer>(server: T): T => {
    others.push(server);
    return server;
  };
  const endProcess = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  /** Starts the embedded Redis in a process of its own. */
  const startElsewhere = async (): Promise<{ starter: ChildProcess; pid: number }> => {
    const args = ['--input-type=module', '-e', STARTER, MODULE, dir];
    const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    others.push({ stop: () => endProcess(starter) });
    const [line] = await once(createInterface(starter.stdout), 'line');
    return { starter, pid: Number(line) };
  };
  /** Leaves an orphan behind, as a service does that gets SIGKILL. */
  const leaveOrphan = async (): Promise<number> => {
    const { starter, pid } = await startElsewhere();
    await endProcess(starter);
    return pid;
  };

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'embedded-'));
    dir = path.join(base, 'redis');
    said = [];
    onSay = () => {};
    running = [];
    others = [];
  });
  afterEach(async () => {
    await Promise.all([...running, ...others].map((each) => each.stop()));
    // What a failed test may have left: the directory's notes name it.
    const left = noteOfLiveServer(dir);
    if (left) process.kill(left.pid, 'SIGKILL');
    rmSync(base, { recursive: true, force: true });
  });

  it('chooses its port once, and keeps the data', async () => {
    const first = await start();
    expect(readPort(dir)).to.equal(first.port);
    expect(noteOfLiveServer(dir)).to.deep.equal({ pid: first.pid(), port: first.port });
    await askRedis(first.port, 'SET', 'k', 'v');
    await first.stop();
    expect(noteOfLiveServer(dir)).to.equal(undefined);

    const second = await start();
    expect(second.port).to.equal(first.port);
    expect(second.adopted).to.equal(false);
    expect(await askRedis(second.port, 'GET', 'k')).to.equal('v');
  });

  it('takes over what a killed service left behind, and stops it in the end', async () => {
    const orphan = await leaveOrphan();
    expect(redisPortOf(orphan)).to.be.a('number');

    const redis = await start();
    expect(redis.adopted).to.equal(true);
    expect(redis.pid()).to.equal(orphan);
    await redis.stop();
    expect(redisPortOf(orphan)).to.equal(undefined);
  });

  it('refuses while another process runs it, which goes on undisturbed', async () => {
    const { starter, pid } = await startElsewhere();
    const error = await failure(start());
    expect(error.message).to.contain(`already running: process ${starter.pid} serves ${dir}`);
    expect(await askRedis(readPort(dir) ?? 0, 'PING')).to.equal('PONG');
    expect(noteOfLiveServer(dir)?.pid).to.equal(pid);
  });

  it('refuses while a service is connected that was started in another way', async () => {
    await leaveOrphan();
    const service = new RedisLink({ port: readPort(dir) ?? 0 });
    try {
      await service.send('CLIENT', 'SETNAME', 'agendamento:commands:other');
      const error = await failure(start());
      expect(error.message).to.contain('already running: "agendamento:commands:other"');
    } finally {
      service.close();
      await service.closed;
    }
    expect((await start()).adopted).to.equal(true);
  });

  it('lets exactly one of several simultaneous first starts win', async () => {
    const outcomes = await Promise.allSettled([start(), start(), start(), start()]);
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won).to.have.length(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(String(outcome.reason)).to.contain('already running');
      }
    }
  });

  it('lets exactly one of several starts adopt an orphan', async () => {
    const orphan = await leaveOrphan();
    const outcomes = await Promise.allSettled([start(), start(), start()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(running[0]?.pid()).to.equal(orphan);
  });

  it('moves to another port when a stranger has taken its own', async () => {
    const first = await start();
    await first.stop();
    const stranger = createServer((socket) =>
      socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    stranger.listen(first.port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const second = await start();
      expect(second.port).not.to.equal(first.port);
      expect(readPort(dir)).to.equal(second.port);
    } finally {
      stranger.close();
      await once(stranger, 'close');
    }
  });

  it('does not take the Redis of another directory for its own', async () => {
    const foreign = stopLater(await startRedisServer({ dir: path.join(base, 'foreign') }));
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'port'), `${foreign.port}\n`);
    // A pid that was given to somebody else since.
    writeFileSync(path.join(dir, 'pid'), `${foreign.pid}\n`);
    const redis = await start();
    expect(redis.adopted).to.equal(false);
    expect(redis.port).not.to.equal(foreign.port);
    expect(await askRedis(foreign.port, 'PING')).to.equal('PONG');
  });

  it('finds its server although the port note is gone', async () => {
    const orphan = await leaveOrphan();
    const port = readPort(dir);
    rmSync(path.join(dir, 'port'));
    const redis = await start();
    expect(redis.pid()).to.equal(orphan);
    expect(readPort(dir)).to.equal(port);
  });

  it('names a server that hangs, and never starts a second one beside it', async () => {
    const orphan = await leaveOrphan();
    process.kill(orphan, 'SIGSTOP');
    try {
      const error = await failure(findServer(dir, { silenceMs: 100 }));
      expect(error.message).to.contain(`Redis (process ${orphan}) holds ${dir}`);
      expect(error.message).to.contain(`kill -9 ${orphan}`);
    } finally {
      process.kill(orphan, 'SIGCONT');
    }
    expect((await start()).pid()).to.equal(orphan);
  });

  it('waits for one that still loads its data', async () => {
    const first = stopLater(
      await startRedisServer({ dir, args: ['--save', '3600 1', '--appendonly', 'no'] }),
    );
    await askRedis(first.port, 'EVAL', 'for i=1,300 do redis.call("SET", i, i) end', 0);
    await first.stop();
    writeFileSync(path.join(dir, 'port'), `${first.port}\n`);
    const args = [
      '--appendonly',
      'no',
      '--key-load-delay',
      '1500',
      '--loading-process-events-interval-bytes',
      '1024',
    ];
    const loading = startRedisServer({ dir, port: first.port, args });
    // It listens before it loads.
    while ((await findServer(dir)).kind === 'none');
    const found = await findServer(dir);
    const server = stopLater(await loading);
    expect(found).to.deep.equal({ kind: 'running', port: server.port, pid: server.pid });
  });

  for (const origin of ['its own', 'an adopted'] as const) {
    it(`starts ${origin} Redis again when it crashes: same port, same data`, async () => {
      if (origin === 'an adopted') await leaveOrphan();
      const redis = await start();
      const { port } = redis;
      const crashed = redis.pid();
      await askRedis(port, 'SET', 'k', 'v');
      const again = new Promise<void>((resolve) => {
        onSay = (line) => {
          if (line.includes('runs again')) resolve();
        };
      });
      process.kill(crashed, 'SIGKILL');
      await again;
      expect(said[0]).to.contain(`(process ${crashed}) is gone`);
      expect(redis.pid()).not.to.equal(crashed);
      expect(await askRedis(port, 'GET', 'k')).to.equal('v');
      await redis.stop();
      expect(noteOfLiveServer(dir)).to.equal(undefined);
    });
  }

  it('stops although Redis has just crashed', async () => {
    const redis = await start();
    process.kill(redis.pid(), 'SIGKILL');
    await redis.stop();
    expect(noteOfLiveServer(dir)).to.equal(undefined);
  });

  it('keeps the data for its user alone', async () => {
    await start();
    expect(statSync(dir).mode & 0o777).to.equal(0o700);
  });
});
