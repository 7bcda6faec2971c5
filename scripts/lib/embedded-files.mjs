import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './user-error.mjs';

/**
 * The two notes in the embedded Redis's data directory: `port`, chosen once and kept, so that the
 * bound port is the lock on the data; and `pid`, the server that runs or ran there last.
 */

/** @param {string} dir */
const portFile = (dir) => path.join(dir, 'port');
/** @param {string} dir */
export const pidFile = (dir) => path.join(dir, 'pid');

/**
 * @param {string} dir
 * @returns {number | undefined} the port noted there
 */
export function readPort(dir) {
  return readNumber(portFile(dir));
}

/**
 * Notes a port unless one is noted already, by a start that was quicker.
 * @param {string} dir
 * @param {number} port
 * @returns {Promise<number>} the port that is noted now
 */
export async function claimPort(dir, port) {
  for (;;) {
    try {
      writeFileSync(portFile(dir), `${port}\n`, { flag: 'wx' });
      return port;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const noted = readPort(dir) ?? (await delay(100).then(() => readPort(dir)));
    if (noted !== undefined) return noted;
    // Still empty: whoever made it crashed before it wrote.
    rmSync(portFile(dir), { force: true });
  }
}

/**
 * Forgets the noted port, if it still is this one.
 * @param {string} dir
 * @param {number} port
 */
export function forgetPort(dir, port) {
  if (readPort(dir) === port) rmSync(portFile(dir), { force: true });
}

/**
 * Notes the server that runs; also where a note was lost, or left by a start that failed.
 * @param {string} dir
 * @param {{ port: number, pid: number }} server
 */
export function writeNotes(dir, { port, pid }) {
  writeFileSync(portFile(dir), `${port}\n`);
  writeFileSync(pidFile(dir), `${pid}\n`);
}

/** @param {string} dir */
export function removePid(dir) {
  rmSync(pidFile(dir), { force: true });
}

/**
 * @param {string} dir
 * @returns {{ pid: number, port: number } | undefined} the server noted there, while it is alive
 */
export function noteOfLiveServer(dir) {
  const pid = readNumber(pidFile(dir));
  const port = pid && redisPortOf(pid);
  return pid && port ? { pid, port } : undefined;
}

/**
 * The port a process serves Redis on. A pid alone proves nothing: after a reboot it belongs to
 * another program; a process that ended but was not reaped yet (a zombie) has no command line.
 * @param {number} pid
 * @returns {number | undefined} nothing when that process is no living redis-server
 */
export function redisPortOf(pid) {
  const command = commandLineOf(pid);
  // Redis retitles itself to "redis-server 127.0.0.1:6379"; where it cannot, its arguments stay.
  const port = /\b(?:redis|valkey)-server\b.*?(?::|--port )(\d+)/.exec(command)?.[1];
  return port === undefined ? undefined : Number(port);
}

/**
 * @param {number} pid
 * @returns {string} empty when there is no such process
 */
function commandLineOf(pid) {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch (error) {
      // ESRCH: it ended while we read.
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return '';
      throw error;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch (error) {
    // ps exits with 1 when there is no such process.
    if (error instanceof Error && 'status' in error && error.status === 1) return '';
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {number | undefined}
 */
function readNumber(file) {
  try {
    const number = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(number) && number > 0 ? number : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
