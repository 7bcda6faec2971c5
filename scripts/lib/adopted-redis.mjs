import { setTimeout as delay } from 'node:timers/promises';
import { redisPortOf } from './embedded-files.mjs';
import { endWithUs } from './exit-guard.mjs';
import { errorCode } from './user-error.mjs';

/**
 * A redis-server that another process started and left behind, as far as the embedded Redis needs
 * it (compare RedisServer).
 * @param {{ pid: number, port: number, dir: string }} found
 */
export function adoptRedis({ pid, port, dir }) {
  const release = endWithUs(pid);
  const isAlive = () => redisPortOf(pid) === port;

  /**
   * SIGTERM, then SIGKILL at the deadline; resolves when the process has ended.
   * @param {number} [deadlineMs]
   */
  const stop = async (deadlineMs = 12_000) => {
    if (isAlive()) sendSignal(pid, 'SIGTERM');
    const deadline = Date.now() + deadlineMs;
    // Not our child, so nothing tells us of its end: we have to look.
    while (isAlive()) {
      if (Date.now() > deadline) sendSignal(pid, 'SIGKILL');
      await delay(20);
    }
    release();
  };
  return { port, pid, dir, stop, release };
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime, which is what we want.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
