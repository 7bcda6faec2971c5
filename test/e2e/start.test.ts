import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startDemoReceiver } from '../../scripts/lib/demo-receiver.mjs';
import { noteOfLiveServer, redisPortOf } from '../../scripts/lib/embedded-files.mjs';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { linkModules } from '../support/linked-modules.ts';

/** What a clone has, as far as `npm start` needs it. */
const CLONED = ['src', 'scripts', 'config', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** Settings of the machine that runs the tests must not reach the service under test. */
const OUR_SETTINGS =
  /^(REDIS|API|WEBHOOK|KEY_PREFIX|PARTITIONS|RECONCILE|FAILED|DRAIN|REPLICA|LOG)/;

/** A copy of this repository as a clone would be, with the modules installed. */
function cloneTo(target: string): void {
  for (const name of CLONED) {
    cpSync(path.join(root, name), path.join(target, name), { recursive: true });
  }
  linkModules(target);
}

/** One run of `node scripts/start.mjs`, and what it prints. */
class Start {
  readonly lines: string[] = [];
  readonly process: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  constructor(directory: string, settings: Record<string, string>, args: readonly string[]) {
    const inherited = Object.entries(process.env).filter(([name]) => !OUR_SETTINGS.test(name));
    this.process = spawn(process.execPath, ['scripts/start.mjs', ...args], {
      cwd: directory,
      env: { ...Object.fromEntries(inherited), API_HOST: '127.0.0.1', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#hear(line));
    }
    // `close`, not `exit`: then all it printed has been read.
    this.ended = once(this.process, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      for (const look of this.#waiting) look();
      return code ?? signal;
    });
  }

  #hear(line: string): void {
    this.lines.push(line);
    for (const look of this.#waiting) look();
  }

  /** Resolves with the first line that matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.lines.find((line) => pattern.test(line));
        if (found === undefined && !this.#hasEnded) return;
        this.#waiting.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`no line like ${pattern} in:\n${this.lines.join('\n')}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** What the line says that tells of the embedded Redis. */
  async redis(): Promise<{ port: number; pid: number; how: string }> {
    const line = await this.line(/^Redis: /);
    const [, port, pid, how] = /:(\d+), process (\d+), (.*);/.exec(line) ?? [];
    return { port: Number(port), pid: Number(pid), how: String(how) };
  }

  ready(): Promise<string> {
    return this.line(/^Stop with Ctrl-C/);
  }

  /** Runs the curl command that the banner shows, as a user would paste it. */
  pasteCurl(seconds = 5, webhookUrl?: string): string {
    const first = this.lines.findIndex((line) => line.startsWith('curl '));
    const shown = this.lines
      .slice(first, first + 4)
      .join('\n')
      .replace('+5e3', `+${seconds}e3`);
    const command = webhookUrl ? shown.replace(/http:[^"]+\/webhook/, webhookUrl) : shown;
    return execFileSync('bash', ['-c', command], { encoding: 'utf8', stdio: 'pipe' });
  }

  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    if (!this.#hasEnded) this.process.kill(signal);
    return await this.ended;
  }
}

const isAlive = (pid: number): boolean => redisPortOf(pid) !== undefined;

function redisCli(port: number, ...command: string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' });
}

describe('npm start', function () {
  this.timeout(60_000);
  let directory: string;
  let starts: Start[];
  let port: number;
  let stops: (() => Promise<void>)[];

  const start = (settings: Record<string, string> = {}, ...args: string[]): Start => {
    const started = new Start(directory, { API_PORT: String(port), ...settings }, args);
    starts.push(started);
    return started;
  };

  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'start-'));
    cloneTo(directory);
  });
  beforeEach(async () => {
    starts = [];
    stops = [];
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(starts.map((each) => each.end('SIGKILL')));
    await Promise.all(stops.map((stop) => stop()));
    const left = noteOfLiveServer(path.join(directory, 'data/redis'));
    if (left) process.kill(left.pid, 'SIGKILL');
    rmSync(path.join(directory, 'data'), { recursive: true, force: true });
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('goes from a clone to a delivered webhook, and stops without a trace', async () => {
    const service = start();
    await service.ready();
    expect(service.lines).to.include('Building …');
    const redis = await service.redis();
    const token = /^API_TOKEN=(.+)$/m.exec(readFileSync(path.join(directory, '.env'), 'utf8'))?.[1];
    expect(service.lines).to.include(`Token: ${token}`);
    expect(statSync(path.join(directory, '.env')).mode & 0o777).to.equal(0o600);

    expect(JSON.parse(service.pasteCurl())).to.have.property('status', 'agendada');
    expect(redisCli(redis.port, '--scan')).to.match(/^message:demo-\d+$/m);

    const arrival = await service.line(/^◀ webhook POST/);
    const lateness = /id demo-\d+, (\d+) ms after its time\): \{"hello":"world"\}$/.exec(arrival);
    expect(Number(lateness?.[1]), arrival).to.be.within(0, 1500);

    // In flight until Redis has settled it; the stop waits for that.
    service.process.kill('SIGTERM');
    expect(await service.ended).to.equal(0);
    expect(isAlive(redis.pid)).to.equal(false);

    const again = start();
    await again.ready();
    expect(again.lines).not.to.include('Building …');
    expect((await again.redis()).port).to.equal(redis.port);
    expect(redisCli(redis.port, '--scan')).not.to.match(/^(message|due):/m);
    expect(await again.end('SIGINT')).to.equal(0);
  });

  it('takes over the Redis of a killed service, and delivers what that had accepted', async () => {
    const killed = start();
    await killed.ready();
    const orphan = await killed.redis();
    const arrivals: string[] = [];
    let arrive: (line: string) => void = () => {};
    const arrived = new Promise<string>((resolve) => {
      arrive = resolve;
    });
    const receiver = await startDemoReceiver((line) => {
      arrivals.push(line);
      arrive(line);
    });
    stops.push(receiver.stop);
    killed.pasteCurl(3, receiver.url);
    expect(await killed.end('SIGKILL')).to.equal('SIGKILL');
    expect(isAlive(orphan.pid)).to.equal(true);

    const next = start();
    await next.ready();
    const redis = await next.redis();
    expect(redis).to.deep.include({ pid: orphan.pid, port: orphan.port });
    expect(redis.how).to.contain('taken over');
    expect(await arrived).to.match(/id demo-\d+, \d+ ms after its time/);
    expect(await next.end('SIGTERM')).to.equal(0);
    expect(isAlive(orphan.pid)).to.equal(false);
    expect(arrivals).to.have.length(1);
  });

  it('refuses to run twice, and leaves the first alone', async () => {
    const first = start();
    await first.ready();
    const second = start({ API_PORT: String(await freePort()) });
    expect(await second.ended).to.equal(1);
    expect(second.lines.join('\n')).to.contain(`already running: process ${first.process.pid} `);

    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(health.status).to.equal(200);
    expect(first.process.exitCode).to.equal(null);
  });

  it('stops the Redis that it started when the service cannot start', async () => {
    const first = start();
    await first.ready();
    const { port: redisPort } = await first.redis();
    expect(await first.end('SIGTERM')).to.equal(0);

    const wrong = start({ WEBHOOK_CONCURRENCY: 'many' });
    expect(await wrong.ended).to.equal(1);
    expect(wrong.lines.join('\n')).to.contain('WEBHOOK_CONCURRENCY');
    expect((await wrong.redis()).port).to.equal(redisPort);
    expect(isAlive((await wrong.redis()).pid)).to.equal(false);
  });

  it('--help prints the settings, starts nothing and keeps nothing', async () => {
    const help = start({}, '--help');
    expect(await help.ended).to.equal(0);
    expect(help.lines).to.include(`  API_PORT=8000  (0 … 65535)`);
    expect(help.lines.join('\n')).to.not.match(/^Redis: /m);
    const refused = start({}, '--port', '80');
    expect(await refused.ended).to.equal(1);
    expect(refused.lines.join('\n'))
      .to.contain("'--port'")
      .and.not.match(/^Redis: /m);
    expect(readdirSync(directory)).to.not.include('data');
  });

  it('starts no Redis when the settings name one', async () => {
    const service = start({ REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' });
    await service.line(/ECONNREFUSED/);
    expect(service.lines.join('\n')).not.to.contain('Redis: 127.0.0.1:');
    await service.end('SIGTERM');
  });

  it('stops at once when asked during set-up', async () => {
    rmSync(path.join(directory, 'dist'), { recursive: true, force: true });
    const service = start();
    await service.line(/^Building/);
    expect(await service.end('SIGTERM')).to.equal(143);
    expect(service.lines).to.deep.equal(['Building …']);
  });

  it('ends Redis too when a second signal cuts the stop short', async () => {
    const service = start();
    await service.ready();
    const { pid } = await service.redis();
    service.process.kill('SIGTERM');
    await service.line(/"stopping/);
    service.process.kill('SIGTERM');
    await service.ended;
    const next = start();
    await next.ready();
    expect((await next.redis()).pid).not.to.equal(pid);
    expect(await next.end('SIGTERM')).to.equal(0);
  });
});
