import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './user-error.mjs';

/**
 * A hash over facts, files and whole folders: the same when, and only when, all of them are.
 * @param {string} root what the paths are relative to, so that the same tree elsewhere is equal
 * @param {{ facts?: readonly string[], paths: readonly string[] }} what
 * @returns {string} hex
 */
export function fingerprint(root, { facts = [], paths }) {
  const hash = createHash('sha256');
  // Lengths between the parts keep "ab"+"c" apart from "a"+"bc".
  const add = (/** @type {string | Buffer} */ part) => hash.update(`${part.length}:`).update(part);
  for (const fact of facts) add(fact);
  for (const name of paths.flatMap((each) => filesAt(root, each))) {
    add(name);
    add(readFileSync(path.join(root, name)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} name a file or a folder
 * @returns {string[]} the file itself, or every file below the folder, sorted
 */
function filesAt(root, name) {
  try {
    return readdirSync(path.join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return [name];
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {string | undefined} the fingerprint written there, if any
 */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
