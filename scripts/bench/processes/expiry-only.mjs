// Loaded before the service's main: it then runs without its due timer and its reconciler. What Redis'
// expired-key events alone give.
import { built } from './built.mjs';

/** @type {typeof import('../../../src/triggers/due-timer.ts')} */
const { DueTimer } = await built('triggers/due-timer.js');
/** @type {typeof import('../../../src/triggers/reconciler.ts')} */
const { Reconciler } = await built('triggers/reconciler.js');

for (const { prototype } of [DueTimer, Reconciler]) {
  prototype.start = () => Promise.resolve();
  prototype.stop = () => Promise.resolve();
}
