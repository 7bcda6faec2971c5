import type { Redis } from 'ioredis';
import { answered } from './errors.ts';

/** How many keys Redis looks at per step. */
const STEP_KEYS = 500;

/** Most keys of one batch: what their values take is all that a walk holds in memory. */
const BATCH_KEYS = 100;

/**
 * Walks over the keys of a server's database, as bytes, in batches. A key that is there all the time
 * comes at least once; Redis may repeat one.
 * @param pattern glob that the keys match
 * @param type what they hold, such as `hash`
 */
export async function* scanKeys(
  server: Redis,
  pattern: string,
  type: string,
): AsyncGenerator<readonly Buffer[]> {
  let cursor = '0';
  do {
    const [next, keys] = await answered(
      server.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', STEP_KEYS, 'TYPE', type),
    );
    for (let i = 0; i < keys.length; i += BATCH_KEYS) yield keys.slice(i, i + BATCH_KEYS);
    cursor = String(next);
  } while (cursor !== '0');
}
