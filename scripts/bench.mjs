// npm run bench: measures the built service against real processes, and prints what it found.
import path from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureModules } from './lib/modules.mjs';
import { ensureRedisServer } from './lib/redis-install.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { watchSignals } from './lib/signals.mjs';
import { reportError } from './lib/user-error.mjs';

const signals = watchSignals();
const { signal } = signals;

try {
  await ensureModules(root, { signal });
  await ensureBuilt(root, { signal });
  await ensureRedisServer({ signal });
  const main = path.join(root, 'scripts/bench/main.ts');
  const args = ['--import', 'tsx', main, ...process.argv.slice(2)];
  process.exitCode = await run(process.execPath, args, { cwd: root, signal });
} catch (error) {
  process.exitCode = signals.exitCode() ?? 1;
  if (!signal.aborted) reportError(error);
} finally {
  signals.release();
}
