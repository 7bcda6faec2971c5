// Raw got: a loop that posts the same bodies with the same headers and nothing else. What one process
// sends with got as it comes, in the form that the service uses: streams.
import { once } from 'node:events';
import { Agent } from 'node:http';
import { got } from 'got';
import { epochNow } from './epoch.mjs';
import { PAYLOAD_TEXT } from './plan.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./plan.mjs').Plan} Plan */

/**
 * @param {{ plan: Plan, concurrency: number }} what due times do not matter: all are sent at once
 * @returns {Promise<{ startedAt: number }>} when the first one was sent, epoch ms
 */
async function post({ plan, concurrency }) {
  const http = new Agent({ keepAlive: true, maxFreeSockets: concurrency });
  const client = got.extend({
    agent: { http },
    timeout: { request: 30_000 },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
  });
  const scheduledFor = new Date(plan.startAt).toISOString();
  let sent = 0;
  const lane = async () => {
    for (let n = sent++; n < plan.count; n = sent++) {
      const request = client.stream.post(plan.webhookUrl, {
        body: PAYLOAD_TEXT,
        headers: {
          'user-agent': 'api-de-agendamento',
          'content-type': 'application/json',
          'webhook-id': `${plan.prefix}-${n}`,
          'webhook-attempt': '1',
          'webhook-scheduled-for': scheduledFor,
        },
      });
      const [response] = await once(request, 'response');
      if (response.statusCode !== 204) throw new Error(`answered ${response.statusCode}`);
      request.resume();
      await once(request, 'end');
    }
  };
  const startedAt = epochNow();
  await Promise.all(Array.from({ length: concurrency }, lane));
  http.destroy();
  return { startedAt };
}

serve({ post });
