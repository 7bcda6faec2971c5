import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../lib/root.mjs';

/**
 * A module of the build: what is measured is what runs in production. The caller states its type, that of
 * the source it was built from.
 * @param {string} name its path below dist
 * @returns {Promise<any>}
 */
export function built(name) {
  return import(pathToFileURL(path.join(root, 'dist', name)).href);
}
