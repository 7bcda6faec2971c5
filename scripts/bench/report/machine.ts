import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from '../../lib/root.mjs';

/** What figures depend on beside the code that is measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** What else ran when the measurement began: processes that wanted a CPU, over one minute. */
  readonly load: number;
  readonly node: string;
  readonly redis: string;
  readonly bullmq: string;
  /** The commit that was measured; with `+` when files differed from it. */
  readonly commit: string;
}

/** Asks this machine what it is. */
export function readMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.versions.node,
    redis: /v=(\S+)/.exec(output('redis-server', ['--version']))?.[1] ?? 'unknown',
    bullmq: installedVersion('bullmq'),
    commit: readCommit(),
  };
}

/** One line for a reader. */
export function describeMachine({ cpu, cores, system, node, redis, bullmq }: Machine): string {
  return `${cores} × ${cpu}, ${system}; Node ${node}, Redis ${redis}, BullMQ ${bullmq}`;
}

function readCommit(): string {
  const commit = output('git', ['rev-parse', '--short=12', 'HEAD']).trim();
  const changed = output('git', ['status', '--porcelain', '--untracked-files=no']).trim() !== '';
  return commit === '' ? 'unknown' : `${commit}${changed ? '+' : ''}`;
}

function installedVersion(name: string): string {
  const file = path.join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** What a program prints; nothing when it cannot be run. */
function output(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
