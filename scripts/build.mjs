// npm run build: always compiles, whatever the stamp says.
import { build } from './lib/build.mjs';
import { ensureModules } from './lib/modules.mjs';
import { root } from './lib/root.mjs';
import { reportError } from './lib/user-error.mjs';

try {
  await ensureModules(root);
  await build(root);
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}
