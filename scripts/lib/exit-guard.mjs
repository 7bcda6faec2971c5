/** Processes that must not outlive this one when it leaves abruptly (process.exit, a defect). */
const guarded = new Set();

/**
 * Ends a process (SIGTERM) should this one exit before `release` is called. Nothing helps against
 * our own SIGKILL.
 * @param {number} pid
 * @returns {() => void} release
 */
export function endWithUs(pid) {
  if (guarded.size === 0) process.on('exit', endAll);
  guarded.add(pid);
  return () => {
    guarded.delete(pid);
    if (guarded.size === 0) process.off('exit', endAll);
  };
}

function endAll() {
  for (const pid of guarded) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It ended first: nothing left to do, and nobody left to tell.
    }
  }
}
