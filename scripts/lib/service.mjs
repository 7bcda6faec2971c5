import { pathToFileURL } from 'node:url';

/**
 * What importing dist/main.js gives: the service has begun to start, and heeds signals.
 * @typedef {object} Service
 * @property {Promise<{ url: string }>} ready resolves when it listens; never when it fails to start
 * @property {Promise<number>} finished resolves with its exit code when everything is closed
 */

/**
 * Runs the service in this very process, so that when it is killed nothing of it is left.
 * @param {string} main the file that starts it
 * @param {import('./signals.mjs').Signals} signals handed over to the service
 * @param {(url: string) => void} onReady
 * @returns {Promise<number>} its exit code
 */
export async function runService(main, signals, onReady) {
  /** @type {{ service: Service }} */
  const { service } = await import(pathToFileURL(main).href);
  signals.release();
  const ready = await Promise.race([service.ready, service.finished]);
  if (typeof ready === 'object') onReady(ready.url);
  return await service.finished;
}
