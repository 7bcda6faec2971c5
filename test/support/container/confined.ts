import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Image } from './image.ts';

/** A way to run the programs of an image that is near to how a container runs them. */
export interface Confinement {
  /** Whether the first program is process 1, and the whole file system is read-only. */
  readonly isWhole: boolean;
  /** Starts a program in the image's folder, as its user. */
  spawn(command: readonly string[], env: Record<string, string>): ChildProcess;
  /** Sends a signal to the program itself, whatever was put around it. */
  signal(child: ChildProcess, signal: NodeJS.Signals): boolean;
}

/** What `unshare` brings about: process 1, a file system of its own, and an end with its parent. */
const NAMESPACES = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** Makes everything read-only, the folder too should it lie on a file system of its own; then runs the rest. */
const READ_ONLY = `
  mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && mount -o remount,ro,bind / || exit 1
  cd "$1" && shift
  exec "$@"`;

/**
 * The best confinement this machine permits for an image. Says so where that is less than a container's:
 * root with namespaces gets all of it; root without gets the user, to whom the files do not belong; others
 * get files without the permission to write.
 */
export function confine(image: Image): Confinement {
  const whole = inNamespaces(image);
  const [node = ''] = image.command;
  const { status } = spawnSync(...whole([node, '-e', '']), { stdio: 'ignore' });
  if (status === 0) {
    return {
      isWhole: true,
      spawn: (command, env) => start(whole(command), { env }),
      signal: (child, signal) => process.kill(childOf(child.pid ?? 0), signal),
    };
  }
  const isRoot = process.getuid?.() === 0;
  console.warn(
    `      ! without namespaces (root and unshare): neither process 1 nor a read-only file system is tried${
      isRoot ? '' : ', nor another user'
    }`,
  );
  if (!isRoot) forbidWrites(image.dir);
  const options = { cwd: image.dir, ...(isRoot ? image.user : {}) };
  return {
    isWhole: false,
    spawn: ([program = '', ...args], env) => start([program, args], { ...options, env }),
    signal: (child, signal) => child.kill(signal),
  };
}

/** Puts around a command what makes a container of it. */
function inNamespaces({ dir, user }: Image) {
  const asUser = [
    ...['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'],
    ...['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
    // A change of user undoes what --kill-child set up.
    '--pdeathsig=KILL',
  ];
  return (command: readonly string[]): [string, string[]] => [
    'unshare',
    [...NAMESPACES, 'sh', '-c', READ_ONLY, 'sh', dir, ...asUser, ...command],
  ];
}

function start([program, args]: [string, string[]], options: SpawnOptions): ChildProcess {
  return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The one process that another started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

function forbidWrites(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) chmodSync(file, lstatSync(file).mode & ~0o222);
  }
  chmodSync(folder, 0o555);
}
