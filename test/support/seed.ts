import type { Redis } from 'ioredis';
import type { Keys } from '../../src/store/keys.ts';

/** A message as Redis has it; what is not given is plausible. */
export interface Seed {
  readonly id: string;
  /** Its place in the index, epoch ms; `dueAt` unless the fields say otherwise. */
  readonly at: number;
  readonly index?: 'due' | 'failed';
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** Commands sent at a time. */
const BATCH = 5000;

/** Writes messages, hash and index entry each, with plain commands and without shadow keys. */
export async function seedMessages(
  client: Redis,
  keys: Keys,
  seeds: readonly Seed[],
): Promise<void> {
  for (let i = 0; i < seeds.length; i += BATCH) {
    const pipeline = client.pipeline();
    for (const seed of seeds.slice(i, i + BATCH)) {
      const partition = keys.partitionOf(seed.id);
      const failed = seed.index === 'failed';
      const index = failed ? keys.failedIndex(partition) : keys.dueIndex(partition);
      pipeline.hset(keys.message(seed.id), {
        id: seed.id,
        status: failed ? 'failed' : 'scheduled',
        webhookUrl: 'http://127.0.0.1:9/hook',
        dueAt: seed.at,
        ...seed.fields,
      });
      pipeline.zadd(index, seed.at, seed.id);
    }
    await pipeline.exec();
  }
}
