// A BullMQ worker that sends webhooks with the very client the service uses.
import { Worker } from 'bullmq';
import { built } from './built.mjs';
import { connection, QUEUE } from './bullmq.mjs';
import { serve } from './serve.mjs';

/** @type {typeof import('../../../src/delivery/webhook-client.ts')} */
const { WebhookClient } = await built('delivery/webhook-client.js');
/** @type {typeof import('../../../src/domain/destinations.ts')} */
const { Destinations } = await built('domain/destinations.js');
/** @type {typeof import('../../../src/delivery/name-lookups.ts')} */
const { systemResolve } = await built('delivery/name-lookups.js');
/** @type {typeof import('../../../src/delivery/signer.ts')} */
const { Signer } = await built('delivery/signer.js');

const [port = 0, concurrency = 1] = process.argv.slice(2).map(Number);
const client = new WebhookClient({
  timeoutMs: 30_000,
  connections: {
    destinations: new Destinations({
      networks: 'private',
      allowCidrs: [],
      denyCidrs: [],
      allowHosts: [],
    }),
    resolve: systemResolve,
    connectTimeoutMs: 10_000,
    kept: concurrency,
    proxy: undefined,
  },
  signer: new Signer({ secrets: [], ed25519Keys: [] }),
});

const worker = new Worker(
  QUEUE,
  async (job) => {
    const { webhookUrl, payload } = job.data;
    const outcome = await client.deliver(
      {
        id: job.id ?? '',
        webhookUrl,
        payload: JSON.stringify(payload),
        attempt: job.attemptsMade + 1,
        scheduledFor: job.timestamp + (job.opts.delay ?? 0),
        claimLateness: 0,
        claimToken: '',
        expired: false,
      },
      new AbortController().signal,
    );
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  },
  { connection: connection(port), concurrency },
);

await worker.waitUntilReady();
serve({});
