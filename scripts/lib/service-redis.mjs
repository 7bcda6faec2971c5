import { existsSync } from 'node:fs';
import { noteOfLiveServer } from './embedded-files.mjs';
import { startEmbeddedRedis } from './embedded-redis.mjs';
import { namesARedis } from './env-file.mjs';

/**
 * Points the settings at the Redis of `npm start`, where that is the service's: it is started unless it
 * runs. Settings that name a Redis stay, and so do the defaults where `npm start` never kept data.
 * @param {string} dir its data directory
 * @param {NodeJS.ProcessEnv} env changed
 * @param {{ say: (line: string) => void, signal?: AbortSignal }} options
 * @returns {Promise<() => Promise<void>>} stops what was started
 * @throws {UserError} when it does not start
 */
export async function useServiceRedis(dir, env, { say, signal }) {
  if (namesARedis(env) || !existsSync(dir)) return async () => {};
  const running = noteOfLiveServer(dir);
  const started = running ? undefined : await startEmbeddedRedis({ dir, say, signal });
  Object.assign(env, {
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(running?.port ?? started?.port),
  });
  return async () => await started?.stop();
}
