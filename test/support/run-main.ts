import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A run of the service that came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Without the empty line after the last. */
  readonly stderr: readonly string[];
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A run that has not ended by then, in ms, is killed: its exit code is `null`. */
const DEADLINE_MS = 15_000;

/**
 * Runs `node dist/main.js` to its end.
 * @param env all it gets, but for PATH
 * @param cwd its working directory
 * @param args of its command line
 */
export async function runMain(
  env: Record<string, string>,
  cwd: string,
  ...args: string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'exit');
  const [stdout, stderr] = await output;
  return { code, stdout, stderr: stderr.split('\n').slice(0, -1) };
}
