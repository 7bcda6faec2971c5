import type { Redis } from 'ioredis';
import type { Keys } from '../../../src/store/keys.ts';
import type { FinalState } from '../history.ts';

/** Of no message, and there for good. */
const LASTING = /^(?:log:|meta:partitions$)/;

/** Of no message, and gone by itself: what has no TTL is left over. */
const PASSING = /^(?:claim|canary|meta|idempotency|request):/;

/** What PTTL answers of a key that stays. */
const NO_TTL = -1;

/** Keys that one SCAN step looks at. */
const STEP = 1000;

/** Reads everything the masters hold. */
export async function readFinalState(masters: readonly Redis[], keys: Keys): Promise<FinalState> {
  const found = new Found(keys);
  for (const master of masters) await found.read(master);
  return found.state;
}

/** Whether the masters hold no message that is pending. */
export async function isDrained(masters: readonly Redis[], keys: Keys): Promise<boolean> {
  const looks = masters.flatMap((master) =>
    keys.allPartitions().map((partition) => exists(master, keys.dueIndex(partition))),
  );
  return !(await Promise.all(looks)).includes(true);
}

/** A key whose slot another master has is not here. */
async function exists(master: Redis, key: string): Promise<boolean> {
  try {
    return (await master.exists(key)) === 1;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('MOVED')) return false;
    throw error;
  }
}

/** Whether a key of no message goes by itself; one that has just gone did. */
async function isPassing(master: Redis, key: string): Promise<boolean> {
  return PASSING.test(key) && (await master.pttl(key)) !== NO_TTL;
}

class Found {
  readonly state = {
    messages: new Map<string, string>(),
    due: [] as string[],
    delivering: [] as string[],
    failed: [] as string[],
    shadows: [] as string[],
    strangers: [] as string[],
  };
  private readonly keys: Keys;
  private readonly indexes: ReadonlyMap<string, string[]>;

  constructor(keys: Keys) {
    this.keys = keys;
    const { due, delivering, failed } = this.state;
    this.indexes = new Map(
      keys.allPartitions().flatMap((partition): [string, string[]][] => [
        [keys.dueIndex(partition), due],
        [keys.deliveringIndex(partition), delivering],
        [keys.failedIndex(partition), failed],
      ]),
    );
  }

  async read(master: Redis): Promise<void> {
    let cursor = '0';
    do {
      const [next, found] = await master.scan(cursor, 'COUNT', STEP);
      await Promise.all(found.map((key) => this.note(master, key)));
      cursor = next;
    } while (cursor !== '0');
  }

  private async note(master: Redis, key: string): Promise<void> {
    const { messages, shadows, strangers } = this.state;
    const id = this.keys.idOfMessage(key);
    const index = this.indexes.get(key);
    if (id !== undefined) messages.set(id, (await master.hget(key, 'status')) ?? 'none');
    else if (index !== undefined) index.push(...(await master.zrange(key, 0, '-1')));
    else if (this.keys.partitionOfShadow(key) !== undefined) shadows.push(key);
    else if (!LASTING.test(key) && !(await isPassing(master, key))) strangers.push(key);
  }
}
