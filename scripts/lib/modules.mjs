import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fingerprint, readStamp } from './fingerprint.mjs';
import { run } from './run.mjs';
import { UserError } from './user-error.mjs';

/** @param {string} root */
const stampFile = (root) => path.join(root, 'node_modules', '.stamp');

/**
 * What an installation depends on: the lockfile, and what native packages are picked by.
 * @param {string} root
 * @returns {string}
 */
export function modulesStamp(root) {
  const facts = [process.versions.modules, process.platform, process.arch];
  return fingerprint(root, { facts, paths: ['package-lock.json'] });
}

/**
 * @param {string} root
 * @returns {boolean} whether node_modules is whole and belongs to this lockfile, Node and machine
 */
export function modulesAreFresh(root) {
  return readStamp(stampFile(root)) === modulesStamp(root);
}

/**
 * Installs the modules of the lockfile when they are missing or stale. Development dependencies
 * too: a start builds the service first.
 * @param {string} root
 * @param {{ signal?: AbortSignal, install?: typeof npmCi }} [options] `install` is for tests
 * @throws {UserError} when npm fails
 */
export async function ensureModules(root, { signal, install = npmCi } = {}) {
  if (modulesAreFresh(root)) return;
  console.log('Installing modules (npm ci) …');
  rmSync(stampFile(root), { force: true });
  await install(root, signal);
  // Last, so that an interrupted installation never counts as one.
  writeFileSync(stampFile(root), `${modulesStamp(root)}\n`);
}

/**
 * @param {string} root
 * @param {AbortSignal | undefined} signal
 */
async function npmCi(root, signal) {
  const args = ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund'];
  const code = await run('npm', args, { cwd: root, ...(signal && { signal }) });
  if (code !== 0) {
    throw new UserError(`npm ci failed (exit code ${code}): see npm's own message above.`);
  }
}
