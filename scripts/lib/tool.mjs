import path from 'node:path';
import { loadEnvFile } from './env-file.mjs';
import { ensureModules } from './modules.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { useServiceRedis } from './service-redis.mjs';
import { watchSignals } from './signals.mjs';
import { reportError } from './user-error.mjs';

/**
 * Runs a program that works on the service's data with the arguments of this process and the service's settings, and
 * sets the exit code.
 * @param {string} program its file, from scripts on
 */
export async function runTool(program) {
  const signals = watchSignals();
  const { signal } = signals;
  // Standard output is for what the program prints.
  const say = (/** @type {string} */ line) => console.error(line);
  /** @type {() => Promise<void>} */
  let release = async () => {};
  try {
    await ensureModules(root, { signal });
    loadEnvFile(path.join(root, '.env'), process.env);
    release = await useServiceRedis(path.join(root, 'data/redis'), process.env, { say, signal });
    const main = path.join(root, 'scripts', program);
    // From here on, so that it is found whatever the working directory is.
    const args = ['--import', import.meta.resolve('tsx'), main, ...process.argv.slice(2)];
    process.exitCode = await run(process.execPath, args, { signal });
  } catch (error) {
    process.exitCode = signals.exitCode() ?? 1;
    if (!signal.aborted) reportError(error);
  } finally {
    await release();
    signals.release();
  }
}
