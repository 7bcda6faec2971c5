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

/** Looks for a message of a single-partition Redis. */
export async function placesOf(client: Redis, id: string): Promise<Places> {
  const [hash, score, shadow] = await Promise.all([
    client.exists(`message:${id}`),
    client.zscore('index:due', id),
    client.exists(`due:${id}`),
  ]);
  return { hash: hash === 1, index: score !== null, shadow: shadow === 1 };
}

/** None of any message: the log, a replica's last claim and its canary, what the replicas agree on. */
const NOT_OF_MESSAGES = /^(?:log:deliveries$|claim:|canary:|request:)/;

/** Every key that belongs to a message. */
export async function messageKeysLeft(client: Redis): Promise<string[]> {
  return (await keysLeft(client)).filter((key) => !NOT_OF_MESSAGES.test(key));
}

/** Every key that belongs to a message, with its content: equal snapshots mean that nothing changed. */
export async function snapshot(client: Redis): Promise<Record<string, string>> {
  const keys = await messageKeysLeft(client);
  const contents = await Promise.all(keys.map((key) => contentOf(client, key)));
  return Object.fromEntries(keys.map((key, n) => [key, contents[n] ?? 'gone']));
}

/** A key's content and when it expires. `DUMP` will not do: it gives a large hash in changing order. */
async function contentOf(client: Redis, key: string): Promise<string> {
  const [type, expires] = await Promise.all([client.type(key), client.pexpiretime(key)]);
  if (type === 'hash') {
    const hash = await client.hgetall(key);
    return JSON.stringify([expires, Object.entries(hash).sort()]);
  }
  if (type === 'zset')
    return JSON.stringify([expires, await client.zrange(key, 0, '-1', 'WITHSCORES')]);
  return JSON.stringify([expires, (await client.dumpBuffer(key))?.toString('hex')]);
}
