import type { Redis } from 'ioredis';

/** A message as the old service wrote it. */
export interface LegacyMessage {
  readonly id: string;
  readonly scheduleTo: string;
  readonly payload: unknown;
  readonly webhookUrl: string;
}

export function legacyMessage(id: string, over: Partial<LegacyMessage> = {}): LegacyMessage {
  const webhookUrl = 'http://127.0.0.1:9/hook';
  return { id, scheduleTo: '2099-01-01T00:00:00Z', payload: { hello: id }, webhookUrl, ...over };
}

/** The same as JSON, with a payload that `JSON.stringify` would not write like this. */
export function rawLegacy(id: string, rawPayload: string): string {
  const { payload: _payload, ...rest } = legacyMessage(id);
  return `${JSON.stringify(rest).slice(0, -1)}, "payload": ${rawPayload}}`;
}

/** Puts messages where the old service kept them. */
export async function storeLegacy(
  client: Redis,
  messages: readonly LegacyMessage[],
): Promise<void> {
  for (const message of messages) {
    await client.set(`message:${message.id}`, JSON.stringify(message));
  }
}

/** Every key there is with its content: equal ones mean that nothing was written. */
export async function everything(client: Redis): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const key of (await client.keys('*')).sort()) {
    content[key] = (await client.dumpBuffer(key))?.toString('hex') ?? 'gone';
  }
  return content;
}
