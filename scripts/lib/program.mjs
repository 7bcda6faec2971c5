import { ensureModules } from './modules.mjs';
import { root } from './root.mjs';
import { watchSignals } from './signals.mjs';
import { reportError } from './user-error.mjs';

/**
 * A program written in TypeScript.
 * @callback Program
 * @param {readonly string[]} args of the command line
 * @param {AbortSignal} signal breaks it off; it rejects when everything it started has ended
 * @returns {Promise<number>} the exit code
 */

/**
 * Runs a program in this very process, so that a signal reaches it once, and sets the exit code.
 * @param {() => Promise<Program>} load imports it; only then is there a loader for TypeScript
 */
export async function runProgram(load) {
  const signals = watchSignals();
  const { signal } = signals;
  try {
    await ensureModules(root, { signal });
    const { register } = await import('tsx/esm/api');
    register();
    const program = await load();
    process.exitCode = await program(process.argv.slice(2), signal);
  } catch (error) {
    process.exitCode = signals.exitCode() ?? 1;
    if (!signal.aborted) reportError(error);
  } finally {
    signals.release();
  }
  // What was broken off may still be waiting for something.
  if (signal.aborted) process.exit();
}
