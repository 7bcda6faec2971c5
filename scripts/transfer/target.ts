import { readStoreConfig } from '../../src/config/config.ts';
import { StoreUnavailableError } from '../../src/domain/errors.ts';
import type { TransferMode } from '../../src/store/transfer.ts';
import { openTransfer, type TransferSession } from '../../src/store/transfer-session.ts';
import { UserError } from '../lib/user-error.mjs';
import { redisName } from './redis-url.ts';

/** The service's data, and what to call it. */
export interface Target extends TransferSession {
  /** Where it is, prefix and partitions included when there are any. */
  readonly name: string;
  readonly partitions: number;
}

/**
 * Opens the service's data, as its settings in the environment say; the wrapper has added those of `.env`.
 * @throws UserError when Redis cannot be reached
 */
export async function openTarget(mode: TransferMode): Promise<Target> {
  const config = readStoreConfig(process.env);
  const { redis, keyPrefix, partitions } = config;
  const name = [
    redisName(redis),
    keyPrefix === '' ? '' : `, prefix ${keyPrefix}`,
    partitions === 1 ? '' : `, ${partitions} partitions`,
  ].join('');
  const session = await reached(
    "the service's Redis",
    redisName(redis),
    openTransfer(config, mode),
  );
  return { ...session, name, partitions };
}

/** Waits for a connection; one that cannot be made is the user's to mend. */
export async function reached<T>(what: string, url: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof AggregateError ? String(cause.errors[0]) : cause.message;
    throw new UserError(`${what} (${url}) cannot be used: ${reason}`);
  }
}
