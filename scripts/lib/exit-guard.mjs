/**
 * Processes that must not outlive this one when it leaves abruptly (process.exit, a defect), and the
 * signal that ends each.
 * @type {Map<number, NodeJS.Signals>}
 */
const guarded = new Map();

/**
 * Ends a process should this one exit before `release` is called. Nothing helps against our own
 * SIGKILL.
 * @param {number} pid
 * @param {NodeJS.Signals} [signal] SIGTERM unless given
 * @returns {() => void} release
 */
export function endWithUs(pid, signal = 'SIGTERM') {
  if (guarded.size === 0) process.on('exit', endAll);
  guarded.set(pid, signal);
  return () => {
    guarded.delete(pid);
    if (guarded.size === 0) process.off('exit', endAll);
  };
}

function endAll() {
  for (const [pid, signal] of guarded) {
    try {
      process.kill(pid, signal);
      // One that was stopped heeds its signal only when it goes on.
      process.kill(pid, 'SIGCONT');
    } catch {
      // It ended first: nothing left to do, and nobody left to tell.
    }
  }
}
