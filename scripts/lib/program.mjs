import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureModules } from './modules.mjs';
import { ensureRedisServer } from './redis-install.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { watchSignals } from './signals.mjs';
import { reportError } from './user-error.mjs';

/**
 * Runs a TypeScript program that needs the built service and redis-server, with the arguments of this
 * process, and sets the exit code.
 * @param {string} program its path below scripts
 */
export async function runProgram(program) {
  const signals = watchSignals();
  const { signal } = signals;
  try {
    await ensureModules(root, { signal });
    await ensureBuilt(root, { signal });
    await ensureRedisServer({ signal });
    const main = path.join(root, 'scripts', program);
    const args = ['--import', 'tsx', main, ...process.argv.slice(2)];
    process.exitCode = await run(process.execPath, args, { cwd: root, signal });
  } catch (error) {
    process.exitCode = signals.exitCode() ?? 1;
    if (!signal.aborted) reportError(error);
  } finally {
    signals.release();
  }
}
