import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Runs a program to its end with our own terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal,
 *   stdio?: import('node:child_process').StdioOptions }} [options]
 *   `signal` ends the program (SIGTERM)
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 * @throws when it cannot be started, or `signal` ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    /** @type {Error | undefined} */
    let ended;
    child.once('error', (error) => {
      // Ended by `options.signal`: it is gone only once it has exited.
      if (child.pid !== undefined) ended = error;
      else reject(error);
    });
    child.once('exit', (code, signal) => {
      if (ended) reject(ended);
      else resolve(code ?? exitCodeOf(signal));
    });
  });
}

/**
 * Runs a program like `run`, but keeps what it writes to itself.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options] as for `run`
 * @returns {Promise<{ code: number, output: string }>} its exit code, and all that it wrote, in order
 * @throws as `run`
 */
export async function runQuietly(command, args, options = {}) {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-run-'));
  const file = path.join(dir, 'output');
  const out = openSync(file, 'a');
  try {
    const code = await run(command, args, { ...options, stdio: ['ignore', out, out] });
    return { code, output: readFileSync(file, 'utf8') };
  } finally {
    closeSync(out);
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Runs a program of an installed package with this very Node.
 * @param {string} script its path
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options]
 * @returns {Promise<number>} as `run`
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}

/**
 * @param {NodeJS.Signals | null} signal
 * @returns {number} the exit code a shell gives for it
 */
export function exitCodeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}
