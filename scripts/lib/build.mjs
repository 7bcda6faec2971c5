import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fingerprint, readStamp } from './fingerprint.mjs';
import { runNode } from './run.mjs';
import { UserError } from './user-error.mjs';

/** Everything the compiler's output depends on. */
const SOURCES = ['src', 'config/tsconfig.build.json', 'tsconfig.json', 'package-lock.json'];

/** @param {string} root */
const stampFile = (root) => path.join(root, 'dist', '.stamp');

/**
 * @param {string} root
 * @returns {string}
 */
export function buildStamp(root) {
  return fingerprint(root, { paths: SOURCES });
}

/**
 * @param {string} root
 * @returns {boolean} whether dist is whole and was built from the present sources
 */
export function buildIsFresh(root) {
  return readStamp(stampFile(root)) === buildStamp(root);
}

/**
 * Builds dist when its sources have changed since, or an earlier build was interrupted.
 * @param {string} root
 * @param {{ signal?: AbortSignal }} [options]
 * @throws {UserError} as `build`
 */
export async function ensureBuilt(root, options) {
  if (buildIsFresh(root)) return;
  console.log('Building …');
  await build(root, options);
}

/**
 * Compiles src to dist and puts the Lua scripts beside the code that loads them.
 * @param {string} root
 * @param {{ signal?: AbortSignal }} [options]
 * @throws {UserError} when the compiler reports errors; it has printed them
 */
export async function build(root, { signal } = {}) {
  // Read first: a source changed while the compiler runs must make the result stale.
  const stamp = buildStamp(root);
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = path.join(root, 'config/tsconfig.build.json');
  const code = await runNode(tsc, ['-p', project], { cwd: root, ...(signal && { signal }) });
  if (code !== 0) throw new UserError('The build failed: see the errors of the compiler above.');
  copyLua(root);
  writeFileSync(stampFile(root), `${stamp}\n`);
}

/** @param {string} root */
function copyLua(root) {
  cpSync(path.join(root, 'src/store/lua'), path.join(root, 'dist/store/lua'), {
    recursive: true,
    filter: (source) => source.endsWith('.lua') || statSync(source).isDirectory(),
  });
}
