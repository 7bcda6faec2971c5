// Adds delayed jobs to BullMQ, from a process of its own.
import { Queue } from 'bullmq';
import { connection, QUEUE } from './bullmq.mjs';
import { dueAt, PAYLOAD_TEXT } from './plan.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./plan.mjs').Plan} Plan */

const [port] = process.argv.slice(2).map(Number);
const queue = new Queue(QUEUE, { connection: connection(port ?? 0) });

/** Jobs added at once. */
const BULK = 1000;
/** Bulks under way at once. */
const LANES = 4;

/**
 * Adds a plan's messages as delayed jobs that are tried as often as the service would, and are gone once
 * they are done.
 * @param {{ plan: Plan }} what
 * @returns {Promise<{ durationMs: number }>}
 */
async function schedule({ plan }) {
  let from = 0;
  const lane = async () => {
    while (from < plan.count) {
      const first = from;
      from = Math.min(plan.count, from + BULK);
      await queue.addBulk(Array.from({ length: from - first }, (_, i) => job(plan, first + i)));
    }
  };
  const since = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  return { durationMs: performance.now() - since };
}

/**
 * @param {Plan} plan
 * @param {number} n
 */
function job(plan, n) {
  const timestamp = Date.now();
  return {
    name: 'webhook',
    data: { webhookUrl: plan.webhookUrl, payload: JSON.parse(PAYLOAD_TEXT) },
    opts: {
      jobId: `${plan.prefix}-${n}`,
      timestamp,
      delay: Math.max(0, dueAt(plan, n) - timestamp),
      attempts: 5,
      backoff: { type: 'exponential', delay: 5000 },
      removeOnComplete: true,
    },
  };
}

/** @returns {Promise<number>} jobs that are not done */
async function pending() {
  const counts = await queue.getJobCounts('delayed', 'waiting', 'active', 'prioritized');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

await queue.waitUntilReady();
serve({ schedule, pending });
