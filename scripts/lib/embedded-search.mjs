import { realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { noteOfLiveServer, readPort } from './embedded-files.mjs';
import { askRedis } from './redis-link.mjs';
import { errorCode, UserError } from './user-error.mjs';

/** How long, in ms, a live server of ours may be silent (starting, or on its way out). */
const SILENCE_MS = 10_000;

/**
 * What the search for a server on a data directory found.
 * - none: nothing runs there, the noted port (if any) is free
 * - taken: nothing runs there, and the noted port belongs to another program
 * - running: a server of this directory, ready to serve
 * @typedef {{ kind: 'none' }
 *   | { kind: 'taken', port: number }
 *   | { kind: 'running', port: number, pid: number }} Found
 */

/**
 * Looks for the Redis that serves a data directory. Waits while one loads its data.
 * @param {string} dir
 * @param {{ signal?: AbortSignal | undefined, silenceMs?: number }} [options]
 * @returns {Promise<Found>}
 * @throws {UserError} when one is there, but hangs
 */
export async function findServer(dir, { signal, silenceMs = SILENCE_MS } = {}) {
  const giveUpAt = Date.now() + silenceMs;
  for (;;) {
    signal?.throwIfAborted();
    const noted = readPort(dir);
    const live = noteOfLiveServer(dir);
    const answers = await Promise.all([identify(live?.port), identify(noted)]);
    const ours = answers.find((answer) => answer.dir === realpathSync(dir));
    if (ours?.ready) return { kind: 'running', port: ours.port, pid: ours.pid };
    // A living process that answers for another directory merely got the pid of ours.
    const isSilent = live !== undefined && answers[0].dir === undefined;
    if (ours === undefined && !isSilent) {
      return noted === undefined || answers[1].isFree
        ? { kind: 'none' }
        : { kind: 'taken', port: noted };
    }
    if (ours === undefined && Date.now() > giveUpAt) throw new UserError(hangs(dir, live?.pid));
    await delay(100);
  }
}

/**
 * @param {string} dir
 * @param {number | undefined} pid
 */
function hangs(dir, pid) {
  return (
    `Redis (process ${pid}) holds ${dir} but does not answer: end it with "kill ${pid}", or ` +
    `"kill -9 ${pid}" if it stays, then start again.`
  );
}

/**
 * Who answers at a port.
 * @param {number | undefined} port
 * @returns {Promise<{ port: number, pid: number, ready: boolean, isFree: boolean,
 *   dir: string | undefined }>} `dir` only when it is a Redis that says so; `isFree`: nobody listens
 */
async function identify(port = 0) {
  const nobody = { port, pid: 0, ready: false, isFree: true, dir: undefined };
  if (port === 0) return nobody;
  try {
    const dir = await askRedis(port, 'CONFIG', 'GET', 'dir');
    const info = String(await askRedis(port, 'INFO'));
    return {
      port,
      pid: Number(/\bprocess_id:(\d+)/.exec(info)?.[1]),
      ready: info.includes('\r\nloading:0'),
      isFree: false,
      dir: Array.isArray(dir) ? String(dir[1]) : undefined,
    };
  } catch (error) {
    // Whatever else it says or does not say: it is not a Redis that would tell us its directory.
    return { ...nobody, isFree: errorCode(error) === 'ECONNREFUSED' };
  }
}
