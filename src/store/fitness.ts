import { DomainError, UnsupportedDurabilityError } from '../domain/errors.ts';
import { type Clock, pause } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { askMasters } from './connections/ask-masters.ts';
import type { Commands, Connections } from './connections/connections.ts';
import { answered, unlessForbidden } from './errors.ts';
import type { Keys } from './keys.ts';

/** Redis, or what is in it, does not fit this service; starting would do harm. */
export class UnfitStoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitStoreError';
  }
}

/** `SET … PXAT` and `ZRANGE … BYSCORE` came with this version. */
const OLDEST_REDIS = [6, 2] as const;

/** Between two looks whether Redis is there yet, in ms. */
const RETRY_MS = 25;

/** A Redis that answers within this, in ms, is not worth a word. */
const QUIET_MS = 300;

export interface FitnessOptions {
  readonly connections: Connections;
  readonly keys: Keys;
  /** @throws UnsupportedDurabilityError when what is configured cannot be had */
  readonly checkDurability: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Waits for Redis, for as long as it takes, and makes sure that it and its data fit this service. */
export class Fitness extends LongLivedPart {
  readonly name = 'redis check';
  private readonly options: FitnessOptions;
  private waiting = new AbortController();
  private fit = false;
  private reported = '';

  constructor(options: FitnessOptions) {
    super();
    this.options = options;
  }

  /** Whether the check has passed. */
  isFit(): boolean {
    return this.fit;
  }

  /** @throws UnfitStoreError when Redis or its data does not fit */
  protected async onStart(): Promise<void> {
    const { clock } = this.options;
    this.waiting = new AbortController();
    const since = clock.now();
    while (!this.waiting.signal.aborted) {
      try {
        await this.check();
        this.fit = true;
        return;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        // The connection is only just being made.
        if (clock.now() - since >= QUIET_MS) this.report(error);
        await pause(clock, RETRY_MS, this.waiting.signal);
      }
    }
  }

  protected override onStopRequested(): void {
    this.waiting.abort();
  }

  protected onStop(): void {
    // The check holds nothing open, and what it found stays true.
  }

  /** Says once what is in the way, and again when that changes. */
  private report(error: DomainError): void {
    if (error.message === this.reported) return;
    this.reported = error.message;
    this.options.log.warn({ err: error }, 'waiting for Redis');
  }

  private async check(): Promise<void> {
    const { connections, keys, log } = this.options;
    const infos = await readInfos(connections);
    if (infos.includes('')) {
      log.warn('Redis does not permit INFO: its version and settings go unchecked');
    }
    for (const info of infos) checkServer(info, connections);
    await checkPartitions(connections.commands, keys);
    await this.checkDurability();
  }

  private async checkDurability(): Promise<void> {
    try {
      await this.options.checkDurability();
    } catch (error) {
      if (!(error instanceof UnsupportedDurabilityError)) throw error;
      throw new UnfitStoreError(
        `DURABILITY: ${error.message} (fsync needs Redis 7.2 or newer with appendonly yes; replica:<n> ` +
          'needs a user who may use WAIT and INFO)',
      );
    }
  }
}

/** What each master tells of itself; empty where an ACL forbids to ask. */
export function readInfos(connections: Connections): Promise<readonly string[]> {
  return askMasters(connections, (server) => unlessForbidden(server.info(), ''));
}

/**
 * @param info from `readInfos`; what it does not tell passes
 * @throws UnfitStoreError when Redis is too old, or one of a cluster that the settings do not speak of
 */
export function checkServer(info: string, { clustered }: Pick<Connections, 'clustered'>): void {
  checkVersion(info);
  if (clustered || !/^cluster_enabled:1/m.test(info)) return;
  throw new UnfitStoreError(
    'Redis is a node of a Redis Cluster: set REDIS_CLUSTER_NODES instead of its address',
  );
}

function checkVersion(info: string): void {
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(info);
  if (version === null) return;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor >= OLDEST_REDIS[1])) return;
  throw new UnfitStoreError(
    `Redis ${major}.${minor} is too old: ${OLDEST_REDIS.join('.')} or newer is needed`,
  );
}

/**
 * The number of partitions is recorded with the first start; only empty data may change it.
 * @param mode `look` finds out whether the number fits and records nothing
 * @throws UnfitStoreError when Redis holds messages of another number
 */
export async function checkPartitions(
  commands: Commands,
  keys: Keys,
  mode: 'look' | 'write' = 'write',
): Promise<void> {
  const record = keys.partitionCount();
  let found = await answered(commands.get(record));
  // Read first: a write is refused when Redis is full, and what is stored must still be delivered.
  if (found === null && mode === 'write') {
    await answered(commands.setnx(record, keys.partitions));
    found = await answered(commands.get(record));
  }
  if (found === null && mode === 'look') return;
  const recorded = Number(found);
  if (recorded === keys.partitions) return;
  if (!Number.isInteger(recorded) || recorded < 1) {
    throw new UnfitStoreError(
      `the key ${record} in Redis is not a number of partitions: correct it`,
    );
  }
  if (await holdsMessages(commands, keys.withPartitions(recorded))) {
    throw new UnfitStoreError(
      `PARTITIONS is ${keys.partitions}, but the messages in Redis were written with ${recorded}: ` +
        `set PARTITIONS=${recorded}, or see "Changing PARTITIONS" in README.md`,
    );
  }
  if (mode === 'write') await answered(commands.set(record, keys.partitions));
}

async function holdsMessages(commands: Commands, keys: Keys): Promise<boolean> {
  const indexes = keys.allPartitions().flatMap((p) => [keys.dueIndex(p), keys.failedIndex(p)]);
  const found = await Promise.all(indexes.map((index) => answered(commands.exists(index))));
  return found.includes(1);
}
