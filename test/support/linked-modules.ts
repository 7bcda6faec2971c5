import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modulesStamp } from '../../scripts/lib/modules.mjs';
import { root } from '../../scripts/lib/root.mjs';

/** Gives a copy of this repository the modules that are installed here, marked as installed there. */
export function linkModules(target: string): void {
  // A folder of links, and not one link: should an `npm ci` run there, it removes only the links.
  const modules = path.join(target, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name === '.stamp') continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  writeFileSync(path.join(modules, '.stamp'), modulesStamp(target));
}
