import { until } from '../../harness/until.ts';
import type { Stage } from './stage.ts';

const HOUR_MS = 3_600_000;

/** Messages of the bulk requests. */
const BULK = ['one', 'two', 'three'];

/** What only looks, and what says how the service is. */
const READS = [
  ...['/messages?limit=2', '/messages?status=failed', '/deliveries', '/stats'],
  ...['/metrics', '/livez', '/readyz'],
];

/** Asks the API for everything it can do, and throws when an answer is not what it should be. */
export async function useEveryRoute(stage: Stage): Promise<void> {
  const { api } = stage;
  const far = Date.now() + HOUR_MS;
  const soon = new Date(Date.now() + 300).toISOString();
  await expectStatus(stage, 200, 'GET', '/health');
  await api.create({ id: 'patched', dueAt: far, notBefore: Date.parse(soon) });
  await expectStatus(stage, 200, 'PATCH', '/messages/patched', { scheduleTo: soon });
  await api.create({ id: 'fired', dueAt: far, notBefore: Date.now() });
  await expectStatus(stage, 200, 'POST', '/messages/fired/fire');
  await api.create({ id: 'read', dueAt: far });
  await expectStatus(stage, 200, 'GET', '/messages/read');
  await api.cancel('read');
  await expectStatus(stage, 404, 'GET', '/messages/read');
  await inBulk(stage, far);
  await replayed(stage);
  for (const path of READS) await expectStatus(stage, 200, 'GET', path);
}

async function inBulk(stage: Stage, dueAt: number): Promise<void> {
  const { api, history } = stage;
  await api.createBatch(BULK.map((id) => ({ id, dueAt, more: { tags: ['bulk'] } })));
  const listed = JSON.parse(await expectStatus(stage, 200, 'GET', '/messages?tag=bulk'));
  expectCount(listed.scheduledJobs.length, BULK.length);
  const sentAt = Date.now();
  const remove = '/messages?confirm=delete&tag=bulk';
  const removed = JSON.parse(await expectStatus(stage, 200, 'DELETE', remove));
  expectCount(removed.count, BULK.length);
  const answeredAt = Date.now();
  history.cancels.push(
    ...BULK.map((id) => ({ id, sentAt, answeredAt, outcome: 'cancelled' as const })),
  );
}

/** Messages whose receiver refuses them until they have failed, and accepts them when replayed. */
async function replayed(stage: Stage): Promise<void> {
  const { api, receiver } = stage;
  const ids = ['replayed', 'replayed-in-bulk'];
  const refused = receiver.refuse(ids);
  for (const id of ids) await api.create({ id, dueAt: Date.now() });
  await until('they have failed', async () => {
    const { body } = await api.call('GET', '/messages?status=failed');
    return ids.every((id) => body.includes(`"${id}"`));
  });
  refused.end();
  await expectStatus(stage, 200, 'POST', '/messages/replayed/replay');
  await expectStatus(stage, 200, 'POST', '/messages/replay');
}

async function expectStatus(
  { api }: Stage,
  expected: number,
  method: string,
  path: string,
  sent?: object,
): Promise<string> {
  const { status, body } = await api.call(method, path, sent);
  if (status === expected) return body;
  throw new Error(`${method} ${path} was answered ${status}, not ${expected}: ${body}`);
}

function expectCount(count: number, expected: number): void {
  if (count !== expected) throw new Error(`${count} messages instead of ${expected}`);
}
