import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithUs } from './exit-guard.mjs';
import { freePort } from './free-port.mjs';
import { askRedis } from './redis-link.mjs';
import { root } from './root.mjs';
import { errorMessage } from './user-error.mjs';

/** The configuration every server of ours starts from. */
export const CONF = path.join(root, 'config/redis.conf');

/** What Redis logs when its port belongs to someone else. */
const PORT_TAKEN = /Address already in use/;
/** How often a start without a given port is tried with another one. */
const MAX_PORTS = 20;
/** A server that neither answers nor loads its data by then, in ms, counts as failed. */
const START_DEADLINE_MS = 30_000;
/** Redis waits up to 10 s for slow replicas before it stops; killed after this, in ms. */
const STOP_DEADLINE_MS = 12_000;

/**
 * @typedef {object} StartOptions
 * @property {string} dir its data directory; made when missing, gets its log redis.log too
 * @property {number | undefined} [port] of 127.0.0.1; a free one unless given
 * @property {string} [conf] its configuration file; config/redis.conf unless given
 * @property {readonly string[]} [args] more settings, such as ['--appendonly', 'no']; they win
 * @property {Readonly<Record<string, string>>} [env] variables on top of our own environment
 * @property {boolean} [detached] in a session of its own: the terminal's Ctrl-C does not reach it
 * @property {AbortSignal | undefined} [signal] gives the start up
 *
 * @typedef {object} RedisServer
 * @property {number} port
 * @property {number} pid
 * @property {string} dir
 * @property {import('node:child_process').ChildProcess} process
 * @property {Promise<string>} exited resolves, with how it ended, when the process has ended
 * @property {(deadlineMs?: number) => Promise<void>} stop SIGTERM, then SIGKILL at the deadline;
 *   resolves when the process has ended; may be called again
 * @property {() => void} release lets it run on when this process ends
 */

/**
 * Starts a real redis-server with config/redis.conf, on 127.0.0.1.
 * @param {StartOptions} options
 * @returns {Promise<RedisServer>} once it has loaded its data and answers
 * @throws {RedisStartError} when it does not start
 */
export async function startRedisServer(options) {
  for (let left = MAX_PORTS; ; left -= 1) {
    const port = options.port ?? (await freePort());
    try {
      return await launch({ ...options, port });
    } catch (error) {
      if (options.port !== undefined || left === 1 || !isPortTaken(error)) throw error;
    }
  }
}

/** A redis-server that did not start; `tail` is the end of its log. */
export class RedisStartError extends Error {
  /**
   * @param {string} what
   * @param {string} tail
   */
  constructor(what, tail) {
    super(`redis-server ${what}; the end of its log:\n${tail}`);
    this.name = 'RedisStartError';
    this.tail = tail;
  }
}

/**
 * @param {unknown} error
 * @returns {boolean} whether a start failed because its port belongs to someone else
 */
export function isPortTaken(error) {
  return error instanceof RedisStartError && PORT_TAKEN.test(error.tail);
}

/**
 * @param {StartOptions & { port: number }} options
 * @returns {Promise<RedisServer>}
 */
async function launch(options) {
  const { dir, port, conf = CONF, args = [], env = {}, detached = false, signal } = options;
  signal?.throwIfAborted();
  mkdirSync(dir, { recursive: true });
  const log = openLog(dir);
  const words = [conf, '--bind', '127.0.0.1'];
  words.push('--port', String(port), '--dir', path.resolve(dir), ...args);
  // To a file and not to a pipe: the log outlives this process, as the server may.
  const stdio = /** @type {const} */ (['ignore', log.fd, log.fd]);
  const child = spawn('redis-server', words, {
    stdio: [...stdio],
    detached,
    env: { ...process.env, ...env },
  });
  closeSync(log.fd);
  const server = toServer(child, port, dir);
  const target = { port, password: passwordIn(args) };
  try {
    const failure = await untilReady(server, target, signal);
    if (failure !== undefined) throw new RedisStartError(failure, log.tail());
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * @param {readonly string[]} args
 * @returns {string | undefined} the password they set; an empty one is none
 */
function passwordIn(args) {
  const at = args.indexOf('--requirepass');
  return at === -1 ? undefined : args[at + 1] || undefined;
}

/** @param {string} dir */
function openLog(dir) {
  const file = path.join(dir, 'redis.log');
  const fd = openSync(file, 'a');
  const { size } = fstatSync(fd);
  const tail = () => readFileSync(file).subarray(size).toString().trim().split('\n').slice(-10);
  return { fd, tail: () => tail().join('\n') };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} port
 * @param {string} dir
 * @returns {RedisServer}
 */
function toServer(child, port, dir) {
  // Without a pid it could not be started at all; `exited` then says why, at once.
  const pid = child.pid ?? 0;
  const release = pid === 0 ? () => {} : endWithUs(pid);
  let ended = false;
  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(`cannot be run (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended (${signal ?? `exit code ${code}`})`));
  }).then((how) => {
    ended = true;
    release();
    return how;
  });
  const stop = async (deadlineMs = STOP_DEADLINE_MS) => {
    if (!ended) child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    await exited;
    clearTimeout(timer);
  };
  const letGo = () => {
    release();
    child.unref();
  };
  return { port, pid, dir, process: child, exited, stop, release: letGo };
}

/**
 * @param {RedisServer} server
 * @param {import('./redis-link.mjs').Target} target
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<string | undefined>} why it failed; nothing once it is ready
 */
async function untilReady(server, target, signal) {
  const deadline = Date.now() + START_DEADLINE_MS;
  /** @type {string | undefined} */
  let ended;
  const exited = server.exited.then((how) => {
    ended = how;
  });
  for (;;) {
    const state = await probe(target, server.pid);
    if (ended !== undefined) return ended;
    if (state === 'ready') return undefined;
    signal?.throwIfAborted();
    if (state !== 'loading' && Date.now() > deadline) return `does not answer (${state})`;
    await Promise.race([delay(15), exited]);
  }
}

/**
 * @param {import('./redis-link.mjs').Target} target
 * @param {number} pid
 * @returns {Promise<string>} ready, loading, or why neither. The pid tells our server from another
 *   one that has the port
 */
async function probe(target, pid) {
  try {
    const info = String(await askRedis({ ...target, timeoutMs: 1000 }, 'INFO'));
    if (!info.includes(`process_id:${pid}\r\n`)) return 'another Redis answers at its port';
    return info.includes('\r\nloading:1') ? 'loading' : 'ready';
  } catch (error) {
    return errorMessage(error);
  }
}
