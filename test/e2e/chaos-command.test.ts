import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { until } from '../support/until.ts';

const COMMAND = fileURLToPath(new URL('../../scripts/chaos.mjs', import.meta.url));

/** The processes that one has started and that still run. */
function childrenOf(parent: number): number[] {
  return processes()
    .filter(({ ppid }) => ppid === parent)
    .map(({ pid }) => pid);
}

/** From /proc, or where there is none from `ps`. */
function processes(): { pid: number; ppid: number }[] {
  if (!existsSync('/proc/self/stat')) {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return [...rows.matchAll(/(\d+) +(\d+)/g)].map(([, pid, ppid]) => toProcess(pid, ppid));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => toProcess(pid, parentOf(pid)));
}

const toProcess = (pid?: string, ppid?: string) => ({ pid: Number(pid), ppid: Number(ppid) });

function parentOf(pid: string): string | undefined {
  try {
    return /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    // It has just ended.
    return undefined;
  }
}

describe('npm run chaos', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'agendamento-command-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function start(...args: string[]): ChildProcess & { output: Promise<string> } {
    const env = { PATH: process.env.PATH, TMPDIR: folder };
    const child = spawn(process.execPath, [COMMAND, ...args], { env });
    const output = Promise.all([text(child.stdout), text(child.stderr)]).then((all) =>
      all.join(''),
    );
    return Object.assign(child, { output });
  }

  it('refuses a name that it does not know, with the names that there are', async () => {
    const run = start('nonsense');
    const [code] = await once(run, 'exit');
    expect(code).to.equal(1);
    expect(await run.output)
      .to.include('no such scenario: nonsense')
      .and.include('rolling-restart');
  });

  it('broken off by SIGINT, leaves no process and no folder behind', async () => {
    const run = start('--short', 'redis-stopped');
    const children = await until(
      'Redis and two services run',
      () => {
        const found = childrenOf(run.pid ?? 0);
        return found.length >= 3 && found;
      },
      30_000,
    );
    run.kill('SIGINT');
    const [code] = await once(run, 'exit');
    expect(code, await run.output).to.equal(130);
    const running = () => processes().filter(({ pid }) => children.includes(pid));
    await until('every process has ended', () => running().length === 0);
    // tsx keeps what it has compiled.
    expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).to.deep.equal([]);
  });
});
