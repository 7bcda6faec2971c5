// npm start: everything from a fresh clone to a service that runs, in one process.
import path from 'node:path';
import { banner } from './lib/banner.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { startDemoReceiver } from './lib/demo-receiver.mjs';
import { startEmbeddedRedis } from './lib/embedded-redis.mjs';
import { ensureToken, loadEnvFile, namesARedis } from './lib/env-file.mjs';
import { ensureModules } from './lib/modules.mjs';
import { ensureRedisServer } from './lib/redis-install.mjs';
import { root } from './lib/root.mjs';
import { runService } from './lib/service.mjs';
import { watchSignals } from './lib/signals.mjs';
import { reportError } from './lib/user-error.mjs';

const main = path.join(root, 'dist/main.js');
const say = (/** @type {string} */ line) => console.log(line);
const signals = watchSignals();
/** What has been started, to be stopped in reverse. @type {(() => Promise<void>)[]} */
const started = [];

/**
 * Installs, builds and starts whatever is missing, then runs the service to its end.
 * @returns {Promise<number>} its exit code
 */
async function start() {
  const { signal } = signals;
  await ensureModules(root, { signal });
  await ensureBuilt(root, { signal });
  // What the service does with arguments needs nothing else; those it does not know it refuses.
  if (process.argv.length > 2) return await runService(main, signals, () => {});
  const envFile = path.join(root, '.env');
  loadEnvFile(envFile, process.env);
  const token = ensureToken(envFile, process.env);
  const redisPort = namesARedis(process.env) ? undefined : await startRedis();
  const receiver = await startDemoReceiver(say);
  started.push(receiver.stop);
  signal.throwIfAborted();
  return await runService(main, signals, (apiUrl) => {
    const { KEY_PREFIX: prefix = '' } = process.env;
    say(banner({ apiUrl, token, webhookUrl: receiver.url, redisPort, prefix }));
  });
}

/** @returns {Promise<number>} the port of the embedded Redis, which the settings name from now on */
async function startRedis() {
  const { signal } = signals;
  await ensureRedisServer({ signal });
  const dir = path.join(root, 'data/redis');
  const redis = await startEmbeddedRedis({ dir, say, signal });
  started.push(redis.stop);
  const how = redis.adopted ? 'taken over from a service that was killed' : 'started';
  say(`Redis: 127.0.0.1:${redis.port}, process ${redis.pid()}, ${how}; its data: ${dir}`);
  Object.assign(process.env, { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port) });
  return redis.port;
}

try {
  process.exitCode = await start();
} catch (error) {
  process.exitCode = signals.exitCode() ?? 1;
  if (!signals.signal.aborted) reportError(error);
} finally {
  for (const stop of started.reverse()) await stop();
  signals.release();
}
