import type { Redis } from 'ioredis';
import { keysLeft } from './redis.ts';

/** Where a message is: a stored one is in all three places, an absent one in none. */
export interface Places {
  readonly hash: boolean;
  readonly index: boolean;
  readonly shadow: boolean;
}

export const EVERYWHERE: Places = { hash: true, index: true, shadow: true };
export const NOWHERE: Places = { hash: false, index: false, shadow: false };

/** Looks for a message of a single-partition Redis, all at once. */
export async function placesOf(client: Redis, id: string): Promise<Places> {
  const replies = await client
    .multi()
    .exists(`message:${id}`)
    .zscore('index:due', id)
    .exists(`due:${id}`)
    .exec();
  const [hash, score, shadow] = (replies ?? []).map(([, reply]) => reply);
  return { hash: hash === 1, index: score !== null, shadow: shadow === 1 };
}

/** What no message leaves behind: the log, the short-lived record of a replica's last claim, a canary. */
const NOT_OF_MESSAGES = /^(?:log:deliveries$|claim:|canary:)/;

/** Every key that belongs to a message. */
export async function messageKeysLeft(client: Redis): Promise<string[]> {
  return (await keysLeft(client)).filter((key) => !NOT_OF_MESSAGES.test(key));
}

/** Every key that belongs to a message, with its content: equal snapshots mean that nothing changed. */
export async function snapshot(client: Redis): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const key of await messageKeysLeft(client)) {
    content[key] = (await client.dumpBuffer(key))?.toString('hex') ?? 'gone';
  }
  return content;
}
