import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/lib/root.mjs';
import { withUser } from './redis-user.ts';

/** How a script of package.json ended, and what it printed. */
export interface ScriptRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Set, but empty, is not set: keeps what the developer's own `.env` says out of a test. */
const NOTHING_SET = {
  PAYLOAD_KEYS: '',
  REDIS_URL: '',
  REDIS_TLS: '',
  REDIS_USERNAME: '',
  REDIS_PASSWORD: '',
  REDIS_DB: '',
  REDIS_TIMEOUT_MS: '',
};

/**
 * Runs scripts/<name>.mjs to its end, as `npm run <name> -- <args>` does, without a terminal.
 * @param env settings, such as REDIS_PORT; nothing else of this process's environment reaches it
 * @param input its standard input
 */
export async function runScript(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<ScriptRun> {
  const child = spawn(process.execPath, [path.join(root, 'scripts', `${name}.mjs`), ...args], {
    env: {
      PATH: process.env.PATH,
      REDIS_HOST: '127.0.0.1',
      KEY_PREFIX: '',
      PARTITIONS: '',
      ...NOTHING_SET,
      ...withUser(env),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A script that ends without reading its input breaks the pipe; its exit code says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}
