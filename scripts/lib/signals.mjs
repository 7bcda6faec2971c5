import { exitCodeOf } from './run.mjs';

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM'];

/**
 * @typedef {object} Signals
 * @property {AbortSignal} signal aborted by the first SIGINT or SIGTERM
 * @property {() => number | undefined} exitCode of a process that such a signal ended
 * @property {() => void} release leaves the signals to somebody else. One that came while that
 *   somebody was not listening yet is sent again
 */

/**
 * Watches for the user who wants to stop, while the service does not do so itself yet. The first
 * signal asks politely; the second leaves at once.
 * @returns {Signals}
 */
export function watchSignals() {
  const halt = new AbortController();
  /** @type {NodeJS.Signals | undefined} */
  let seen;
  let missed = false;

  const onSignal = (/** @type {NodeJS.Signals} */ name) => {
    if (seen !== undefined) process.exit(exitCodeOf(name));
    seen = name;
    missed = process.listenerCount(name) === 1;
    halt.abort(new Error(`stopped by ${name}`));
  };
  for (const name of SIGNALS) process.on(name, onSignal);

  return {
    signal: halt.signal,
    exitCode: () => seen && exitCodeOf(seen),
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
      if (seen && missed && process.listenerCount(seen) > 0) process.kill(process.pid, seen);
      missed = false;
    },
  };
}
