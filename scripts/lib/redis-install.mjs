import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { UserError } from './user-error.mjs';

/** Below it a command of the scripts is missing, or behaves in another way. */
const MINIMUM = '6.2';

/** What to do by hand; the end of every message here. */
const BY_HAND =
  'then run this again (or set REDIS_HOST and REDIS_PORT in .env to use a Redis you have)';

/**
 * Package managers by preference: what brings them up to date, and the packages to try in turn
 * (newer Fedora and Alpine ship Redis's fork Valkey, with a package that names it redis-server).
 * The package may start a Redis of the system on port 6379: that one is left alone.
 */
const MANAGERS = [
  {
    name: 'apt-get',
    env: 'DEBIAN_FRONTEND=noninteractive',
    update: ['apt-get', 'update', '-q'],
    install: ['apt-get', 'install', '-y', '-q', '--no-install-recommends'],
    packages: [['redis-server']],
  },
  {
    name: 'apk',
    install: ['apk', 'add', '--no-cache'],
    packages: [['redis'], ['valkey', 'valkey-compat']],
  },
  {
    name: 'dnf',
    install: ['dnf', 'install', '-y', '-q'],
    packages: [['redis'], ['valkey-compat-redis']],
  },
  { name: 'brew', userOnly: true, install: ['brew', 'install'], packages: [['redis']] },
];

/**
 * @typedef {object} Machine what decides how to install
 * @property {(program: string) => boolean} has whether a program is on the PATH
 * @property {boolean} isRoot
 *
 */

/**
 * Which commands install Redis here.
 * @param {Machine} machine
 * @returns {{ update: string[] | undefined, attempts: string[][], byHand: string }}
 *   `attempts`: commands of which one must succeed, none when only a human can; `byHand`: what
 *   such a human runs
 */
export function planInstall({ has, isRoot }) {
  const manager = MANAGERS.find(({ name }) => has(name));
  if (manager === undefined) {
    return { update: undefined, attempts: [], byHand: `install Redis ${MINIMUM} or newer` };
  }
  const first = [...manager.install, ...(manager.packages[0] ?? [])].join(' ');
  if (manager.userOnly) {
    // Homebrew refuses to run as root.
    const attempts = isRoot ? [] : manager.packages.map((names) => [...manager.install, ...names]);
    const byHand = isRoot ? `run "${first}" as a user who is not root` : `run "${first}"`;
    return { update: undefined, attempts, byHand };
  }
  const byHand = `run "${isRoot ? '' : 'sudo '}${first}"`;
  // Without a password, or not at all: a prompt would hang an unattended start.
  const prefix = isRoot ? [] : has('sudo') ? ['sudo', '-n'] : undefined;
  if (prefix === undefined) return { update: undefined, attempts: [], byHand };
  const env = manager.env === undefined ? [] : ['env', manager.env];
  const command = (/** @type {string[]} */ words) => [...prefix, ...env, ...words];
  return {
    update: manager.update && command(manager.update),
    attempts: manager.packages.map((names) => command([...manager.install, ...names])),
    byHand,
  };
}

/**
 * Makes sure that a redis-server new enough is on the PATH; installs it when it is missing.
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<void>}
 * @throws {UserError} when it cannot be installed, or is too old
 */
export async function ensureRedisServer({ signal } = {}) {
  if (!onPath('redis-server')) await install(signal);
  const version = redisVersion(runVersion());
  if (!isAtLeast(version, MINIMUM)) {
    throw new UserError(
      `redis-server ${version} is too old: install Redis ${MINIMUM} or newer, ${BY_HAND}.`,
    );
  }
}

/** @param {AbortSignal | undefined} signal */
async function install(signal) {
  const plan = planInstall({ has: onPath, isRoot: process.getuid?.() === 0 });
  const options = signal && { signal };
  if (plan.attempts.length > 0) console.log('Installing redis-server …');
  // A mirror that cannot be reached is no reason to stop: the package may be known already.
  if (plan.update) await runWords(plan.update, options);
  for (const attempt of plan.attempts) {
    if ((await runWords(attempt, options)) === 0 && onPath('redis-server')) return;
  }
  throw new UserError(
    `redis-server is not on the PATH and could not be installed: ${plan.byHand}, ${BY_HAND}.`,
  );
}

/**
 * @param {string[]} words
 * @param {{ signal: AbortSignal } | undefined} options
 */
function runWords([program = '', ...args], options) {
  return run(program, args, options);
}

/**
 * @param {string} program
 * @returns {boolean} whether the PATH has it
 */
function onPath(program) {
  const { PATH = '' } = process.env;
  const folders = PATH.split(path.delimiter).filter(Boolean);
  return folders.some((folder) => isExecutable(path.join(folder, program)));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for us: either way not usable.
    return false;
  }
}

function runVersion() {
  const { error, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (error) throw new UserError(`redis-server cannot be run (${error.message}): reinstall it.`);
  return stdout;
}

/**
 * @param {string} text what `redis-server --version` prints: "Redis server v=7.0.15 sha=…"
 * @returns {string} such as 7.0.15
 * @throws {UserError}
 */
export function redisVersion(text) {
  const version = /\bv=(\d+\.\d+(\.\d+)?)/.exec(text)?.[1];
  if (version === undefined) {
    throw new UserError(
      `redis-server --version says "${text.trim()}": reinstall Redis, ${BY_HAND}.`,
    );
  }
  return version;
}

/**
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  return version.localeCompare(minimum, 'en', { numeric: true }) >= 0;
}
