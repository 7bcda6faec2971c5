import { Agent, request } from 'node:http';
import { type Stage, TOKEN } from './stage.ts';

export interface Due {
  readonly id: string;
  /** Epoch ms. */
  readonly dueAt: number;
}

/** Requests in flight while messages are scheduled. */
const LANES = 64;

/** Schedules messages through the API, as fast as it takes them. */
export async function scheduleAll(stage: Stage, messages: Iterable<Due>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const queue = messages[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      await scheduleOne(stage, agent, next.value);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
}

function scheduleOne(stage: Stage, agent: Agent, { id, dueAt }: Due): Promise<void> {
  const body = JSON.stringify({
    id,
    scheduleTo: new Date(dueAt).toISOString(),
    payload: { to: '5511999999999@s.whatsapp.net', text: 'x'.repeat(140) },
    webhookUrl: stage.receiverUrl,
  });
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const post = request(`${stage.apiUrl}/messages`, { method: 'POST', agent, headers });
    post.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 201) resolve();
        else reject(new Error(`${id}: answered ${response.statusCode}`));
      });
    });
    post.on('error', reject);
    post.end(body);
  });
}
