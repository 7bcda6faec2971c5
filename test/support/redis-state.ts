import type { Redis } from 'ioredis';
import type { Keys } from '../../src/store/keys.ts';

/** Everything Redis holds about messages, in plain values. */
export interface RedisState {
  readonly messages: Record<string, Record<string, string>>;
  /** Id → score. */
  readonly due: Record<string, number>;
  readonly failed: Record<string, number>;
  /** Id → epoch ms at which the lease ends. */
  readonly delivering: Record<string, number>;
  /** Id → epoch ms at which the shadow key expires; ids whose key has expired are absent. */
  readonly shadows: Record<string, number>;
  /** Entries in the delivery logs. */
  readonly logged: number;
}

/** Reads the state of all partitions. */
export async function readState(client: Redis, keys: Keys): Promise<RedisState> {
  const partitions = keys.allPartitions();
  const messageKeys = await client.keys(keys.messagePattern());
  const messages: Record<string, Record<string, string>> = {};
  const shadows: Record<string, number> = {};
  for (const key of messageKeys) messages[idOf(keys, key)] = await client.hgetall(key);
  const due = await readIndexes(
    client,
    partitions.map((p) => keys.dueIndex(p)),
  );
  const ids = new Set([...Object.keys(messages), ...Object.keys(due)]);
  for (const id of ids) {
    const at = await client.pexpiretime(keys.shadow(id));
    if (at > 0) shadows[id] = at;
  }
  const logs = await Promise.all(partitions.map((p) => client.xlen(keys.deliveryLog(p))));
  return {
    messages,
    due,
    failed: await readIndexes(
      client,
      partitions.map((p) => keys.failedIndex(p)),
    ),
    delivering: await readIndexes(
      client,
      partitions.map((p) => keys.deliveringIndex(p)),
    ),
    shadows,
    logged: logs.reduce((sum, length) => sum + length, 0),
  };
}

/** Redis time in epoch ms. */
export async function redisNow(client: Redis): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

function idOf(keys: Keys, key: string): string {
  const id = keys.idOfMessage(key);
  if (id === undefined) throw new Error(`${key} is no message key of this layout`);
  return id;
}

async function readIndexes(client: Redis, indexes: string[]): Promise<Record<string, number>> {
  const scores: Record<string, number> = {};
  for (const index of indexes) {
    const flat = await client.zrange(index, 0, '-1', 'WITHSCORES');
    for (let i = 0; i < flat.length; i += 2) scores[flat[i] ?? ''] = Number(flat[i + 1]);
  }
  return scores;
}
