/** What the queue's two processes agree on. */
export const QUEUE = 'bench';

/**
 * @param {number} port of 127.0.0.1
 * @returns {import('bullmq').ConnectionOptions} as BullMQ's documentation asks for it
 */
export function connection(port) {
  return { host: '127.0.0.1', port, maxRetriesPerRequest: null };
}
