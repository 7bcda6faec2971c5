import type { ServiceProcess } from './service.ts';

/** Requests in flight while many messages are scheduled. */
const LANES = 32;

export interface ToSchedule {
  readonly id: string;
  /** Epoch ms. */
  readonly dueAt: number;
  readonly webhookUrl: string;
}

/** POSTs messages through the API, many at a time; throws when one is not answered with 201. */
export async function scheduleAll(
  service: Pick<ServiceProcess, 'call'>,
  messages: readonly ToSchedule[],
): Promise<void> {
  const queue = [...messages];
  const lane = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      await scheduleOne(service, next);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** POSTs one message; throws when it is not answered with 201. */
export async function scheduleOne(
  service: Pick<ServiceProcess, 'call'>,
  { id, dueAt, webhookUrl }: ToSchedule,
): Promise<void> {
  const scheduleTo = new Date(dueAt).toISOString();
  const body = { id, scheduleTo, payload: { id }, webhookUrl };
  const response = await service.call('POST', '/messages', body);
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${id}: ${response.status} ${text}`);
}

/** `count` messages with ids of their own, all due at an instant. */
export function messagesDue(
  count: number,
  dueAt: number,
  webhookUrl: string,
  name = 'm',
): ToSchedule[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${name}-${i}`, dueAt, webhookUrl }));
}
