/**
 * Messages to be scheduled: `count` of them, ids `<prefix>-<n>`, the first due at `startAt`, the others
 * `everyMs` apart.
 * @typedef {object} Plan
 * @property {string} prefix
 * @property {number} count
 * @property {number} startAt epoch ms
 * @property {number} everyMs
 * @property {string} webhookUrl
 */

/** A payload of 200 bytes, as JSON. */
export const PAYLOAD_TEXT = payload(200);

/** @param {number} bytes */
function payload(bytes) {
  const empty = JSON.stringify({ to: '5511999999999@s.whatsapp.net', text: '' });
  return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
}

/**
 * When a message of a plan is due, epoch ms.
 * @param {Pick<Plan, 'startAt' | 'everyMs'>} plan
 * @param {number} n
 * @returns {number}
 */
export function dueAt({ startAt, everyMs }, n) {
  return Math.floor(startAt + n * everyMs);
}

/**
 * The body of `POST /messages` for one message of a plan.
 * @param {Plan} plan
 * @param {number} n
 * @returns {string}
 */
export function messageBody(plan, n) {
  const scheduleTo = new Date(dueAt(plan, n)).toISOString();
  return `{"id":"${plan.prefix}-${n}","scheduleTo":"${scheduleTo}","payload":${PAYLOAD_TEXT},"webhookUrl":"${plan.webhookUrl}"}`;
}
