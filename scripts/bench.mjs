// npm run bench: measures the built service against real processes; --help says more.
import { ensureModules } from './lib/modules.mjs';
import { root } from './lib/root.mjs';
import { watchSignals } from './lib/signals.mjs';
import { reportError } from './lib/user-error.mjs';

const signals = watchSignals();

try {
  await ensureModules(root, { signal: signals.signal });
  const { register } = await import('tsx/esm/api');
  register();
  // In this very process, so that a signal reaches it once.
  const { runBench } = await import('./bench/main.ts');
  process.exitCode = await runBench(process.argv.slice(2), signals.signal);
} catch (error) {
  process.exitCode = signals.exitCode() ?? 1;
  if (!signals.signal.aborted) reportError(error);
} finally {
  signals.release();
}
