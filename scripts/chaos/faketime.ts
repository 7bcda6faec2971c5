import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { run } from '../lib/run.mjs';

/** Where Debian and its kin put the library, below a folder for the architecture. */
const LIBRARIES = '/usr/lib';
const BELOW = 'faketime/libfaketime.so.1';

const INSTALL = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'libfaketime'];

/** The file to preload into a program whose clock is to be wrong, if this machine has it. */
export function findFaketime(): string | undefined {
  const found = readdirSync(LIBRARIES)
    .map((folder) => path.join(LIBRARIES, folder, BELOW))
    .find((file) => existsSync(file));
  return found;
}

/**
 * Makes sure that libfaketime is there; installs it by apt-get when it is missing and we are root.
 * @returns why it cannot be had, if so
 */
export async function ensureFaketime(): Promise<string | undefined> {
  if (findFaketime() !== undefined) return undefined;
  const byHand = 'libfaketime is missing; install it (on Debian: apt-get install libfaketime)';
  if (process.getuid?.() !== 0) return byHand;
  const [program = '', ...args] = INSTALL;
  const code = await run(program, args).catch(() => 1);
  return code === 0 && findFaketime() !== undefined ? undefined : byHand;
}
