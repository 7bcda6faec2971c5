// The load generator: everything that is sent to an API, from a process of its own.
import { requestText, sendThrough } from './lane.mjs';
import { messageBody } from './plan.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./plan.mjs').Plan} Plan */

/** Most messages a batch may have. */
const BATCH = 1000;
/** Batches under way at once: enough that the next one is there when one is answered. */
const BATCH_LANES = 4;

/**
 * Schedules a plan's messages through `POST /messages/batch`.
 * @param {{ port: number, plan: Plan }} what
 * @returns {Promise<{ durationMs: number }>}
 */
async function schedule({ port, plan }) {
  let from = 0;
  const next = () => {
    if (from >= plan.count) return undefined;
    const first = from;
    from = Math.min(plan.count, from + BATCH);
    const bodies = Array.from({ length: from - first }, (_, i) => messageBody(plan, first + i));
    return requestText('POST', '/messages/batch', `{"messages":[${bodies.join(',')}]}`);
  };
  const since = performance.now();
  await lanes(BATCH_LANES, port, next, expecting(207));
  return { durationMs: performance.now() - since };
}

/**
 * POSTs messages one by one for a while and counts the answers after the warm-up.
 * @param {{ port: number, plan: Plan, connections: number, warmUpMs: number, forMs: number }} what
 * @returns {Promise<{ count: number, durationMs: number }>}
 */
async function post({ port, plan, connections, warmUpMs, forMs }) {
  const from = performance.now() + warmUpMs;
  const until = from + forMs;
  let sent = 0;
  let count = 0;
  const next = () => {
    if (performance.now() >= until) return undefined;
    sent += 1;
    return requestText('POST', '/messages', messageBody(plan, sent));
  };
  const expected = expecting(201);
  const answered = (/** @type {number} */ status) => {
    expected(status);
    const now = performance.now();
    if (now >= from && now < until) count += 1;
  };
  await lanes(connections, port, next, answered);
  return { count, durationMs: forMs };
}

/**
 * Asks for the same page again and again, one request at a time.
 * @param {{ port: number, path: string, count: number }} what
 * @returns {Promise<{ durationsMs: number[] }>} request sent → last byte of the answer
 */
async function get({ port, path, count }) {
  /** @type {number[]} */
  const durationsMs = [];
  let sentAt = 0;
  const next = () => {
    if (durationsMs.length >= count) return undefined;
    sentAt = performance.now();
    return requestText('GET', path);
  };
  const expected = expecting(200);
  await lanes(1, port, next, (status) => {
    durationsMs.push(performance.now() - sentAt);
    expected(status);
  });
  return { durationsMs };
}

/**
 * @param {number} status
 * @returns {(answered: number) => void} throws at any other one: what is measured must have worked
 */
function expecting(status) {
  return (answered) => {
    if (answered !== status) throw new Error(`answered ${answered} instead of ${status}`);
  };
}

/**
 * @param {number} count
 * @param {Parameters<typeof sendThrough>} how
 */
async function lanes(count, ...how) {
  await Promise.all(Array.from({ length: count }, () => sendThrough(...how)));
}

serve({ schedule, post, get });
