import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { adoptRedis } from './adopted-redis.mjs';
import { claimPort, forgetPort, pidFile, removePid, writeNotes } from './embedded-files.mjs';
import { takeLock } from './embedded-lock.mjs';
import { findServer } from './embedded-search.mjs';
import { freePort } from './free-port.mjs';
import { isPortTaken, startRedisServer } from './redis-server.mjs';
import { errorMessage, UserError } from './user-error.mjs';

/** Waits between restarts of a Redis that keeps ending: doubled each time, at most this, in ms. */
const MAX_WAIT_MS = 5000;
const FIRST_WAIT_MS = 100;
/** Between two looks at who has the data directory, in ms. */
const LOOK_AGAIN_MS = 100;
/** One that ran this long, in ms, had started well. */
const STEADY_MS = 10_000;

/**
 * @typedef {Pick<import('./redis-server.mjs').RedisServer, 'port' | 'pid' | 'dir' | 'stop' | 'release'>} Server
 * @typedef {import('./redis-link.mjs').RedisLink} RedisLink
 *
 * @typedef {object} EmbeddedRedis
 * @property {number} port the same for as long as it runs, and on later starts
 * @property {() => number} pid of the server that runs now
 * @property {boolean} adopted whether a service that was killed had left it behind
 * @property {() => Promise<void>} stop resolves when the server has written its data and ended
 */

/**
 * Runs the Redis of `npm start`: one server per data directory, whoever starts how often. Takes over
 * the server that a killed service left behind, and starts a crashed one again.
 * @param {{ dir: string, say: (line: string) => void, signal?: AbortSignal | undefined }} options
 *   `say` gets one line per event worth knowing
 * @returns {Promise<EmbeddedRedis>}
 * @throws {UserError} when a running service has it, or it hangs
 * @throws {RedisStartError} when it does not start
 */
export async function startEmbeddedRedis({ dir, say, signal }) {
  const halt = new AbortController();
  let current = await acquire(dir, { signal });
  const { port, adopted } = current;

  const restart = async () => {
    const { pid } = current.server;
    say(`The embedded Redis (process ${pid}) is gone; starting it again on port ${port}.`);
    current = await acquireAgain(dir, port, { say, signal: halt.signal });
    say(`The embedded Redis runs again (process ${current.server.pid}).`);
  };
  const supervision = supervise(() => current.lock.closed, restart, halt.signal);

  const stop = async () => {
    halt.abort();
    // The lock ends with the server, so that nobody adopts one which is about to stop.
    await current.server.stop();
    await supervision;
    await current.server.stop();
    current.lock.close();
    removePid(dir);
  };
  return { port, pid: () => current.server.pid, adopted, stop };
}

/**
 * Restarts the server whenever the lock on it is lost, until halted.
 * @param {() => Promise<void>} lost resolves when the present server, or the link to it, has gone
 * @param {() => Promise<void>} restart
 * @param {AbortSignal} halt
 */
async function supervise(lost, restart, halt) {
  let wait = FIRST_WAIT_MS;
  while (!halt.aborted) {
    const since = Date.now();
    await lost();
    wait = Date.now() - since > STEADY_MS ? FIRST_WAIT_MS : Math.min(wait * 2, MAX_WAIT_MS);
    await pause(wait, halt);
    if (halt.aborted) return;
    try {
      await restart();
    } catch (error) {
      // Only a halt ends the attempts to restart.
      if (!halt.aborted) throw error;
      return;
    }
  }
}

/**
 * @param {string} dir
 * @param {number} port the service knows this one, so it must not change
 * @param {{ say: (line: string) => void, signal: AbortSignal }} options
 */
async function acquireAgain(dir, port, { say, signal }) {
  let lastReason = '';
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    try {
      return await acquire(dir, { signal, fixedPort: port });
    } catch (error) {
      signal.throwIfAborted();
      const reason = errorMessage(error);
      if (reason !== lastReason) say(`The embedded Redis cannot start, trying again: ${reason}`);
      lastReason = reason;
    }
    await pause(wait, signal);
    signal.throwIfAborted();
  }
}

/**
 * Finds or starts the server of a data directory, and takes the lock on it.
 * @param {string} dir
 * @param {{ signal?: AbortSignal | undefined, fixedPort?: number }} options
 * @returns {Promise<{ server: Server, lock: RedisLink, port: number, adopted: boolean }>}
 */
async function acquire(dir, { signal, fixedPort }) {
  for (;;) {
    // Messages can be private: for this user only.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const found = await findServer(dir, { signal });
    if (found.kind === 'taken') {
      if (fixedPort !== undefined) {
        throw new UserError(`port ${found.port} belongs to another program now: stop that one.`);
      }
      forgetPort(dir, found.port);
    }
    const adopted = found.kind === 'running';
    const server = adopted ? adoptRedis({ ...found, dir }) : await launch(dir, fixedPort, signal);
    const lock = server && (await tryLock(server));
    if (lock) {
      writeNotes(dir, server);
      return { server, lock, port: server.port, adopted };
    }
    // Somebody was quicker and has the port, or it ended just now: look again.
    await pause(LOOK_AGAIN_MS, signal);
  }
}

/**
 * @param {Server} server
 * @returns {Promise<RedisLink | undefined>} nothing when the server has ended
 * @throws {UserError} when it serves somebody else
 */
async function tryLock(server) {
  try {
    return await takeLock(server);
  } catch (error) {
    server.release();
    if (error instanceof UserError) throw error;
    return undefined;
  }
}

/**
 * @param {string} dir
 * @param {number | undefined} fixedPort
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Server | undefined>} nothing when the port was taken just now
 */
async function launch(dir, fixedPort, signal) {
  const port = await claimPort(dir, fixedPort ?? (await freePort()));
  try {
    // Redis's own pid file is there before it has loaded its data.
    const args = ['--pidfile', pidFile(dir)];
    return await startRedisServer({ dir, port, args, detached: true, signal });
  } catch (error) {
    if (isPortTaken(error)) return undefined;
    throw error;
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal | undefined} halt ends the pause early
 */
async function pause(ms, halt) {
  try {
    await delay(ms, undefined, halt && { signal: halt });
  } catch {
    // The only way for a delay to fail is the halt, which the caller looks at.
  }
}
