import type { Redis } from 'ioredis';
import type { PendingMessage } from '../domain/message.ts';
import { decodePending, PENDING_FIELDS } from './codec.ts';
import { answered } from './errors.ts';
import type { Keys } from './keys.ts';

/** The pending messages due first, and how many there are in all. */
export interface PendingPage {
  readonly messages: readonly PendingMessage[];
  readonly total: number;
}

interface IndexEntry {
  readonly id: string;
  readonly at: number;
}

/** What the API asks of Redis without changing it. */
export class Queries {
  private readonly redis: Redis;
  private readonly keys: Keys;

  constructor(redis: Redis, keys: Keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /** Resolves when Redis answers. */
  async ping(): Promise<void> {
    await answered(this.redis.ping());
  }

  /** Lists messages waiting for delivery, soonest first, at most `limit`; two trips to Redis. */
  async pending(limit: number): Promise<PendingPage> {
    const { entries, total } = await this.readIndexes(limit);
    const rows = await Promise.all(
      entries.map(({ id }) => answered(this.redis.hmget(this.keys.message(id), ...PENDING_FIELDS))),
    );
    const messages = entries.map(({ id }, row) => decodePending(id, rows[row] ?? []));
    return { messages: messages.filter((message) => message !== undefined), total };
  }

  /** The first `limit` entries of all due indexes together, and the number of entries in all. */
  private async readIndexes(limit: number): Promise<{ entries: IndexEntry[]; total: number }> {
    const indexes = this.keys.allPartitions().map((partition) => this.keys.dueIndex(partition));
    const [heads, sizes] = await Promise.all([
      Promise.all(
        indexes.map((key) => answered(this.redis.zrange(key, 0, String(limit - 1), 'WITHSCORES'))),
      ),
      Promise.all(indexes.map((key) => answered(this.redis.zcard(key)))),
    ]);
    const entries = heads.flatMap(toEntries).sort((a, b) => a.at - b.at);
    return { entries: entries.slice(0, limit), total: sizes.reduce((sum, size) => sum + size, 0) };
  }
}

function toEntries(flat: string[]): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    entries.push({ id: flat[i] ?? '', at: Number(flat[i + 1]) });
  }
  return entries;
}
