import { ReplyError } from 'ioredis';
import { DomainError, StoreFullError, StoreUnavailableError } from '../domain/errors.ts';

/** Error codes with which Redis says that it cannot serve right now, though the request is sound. */
const UNAVAILABLE = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'READONLY',
  'TRYAGAIN',
  'UNKILLABLE',
  'WRONGPASS',
]);

/** Redis 6.2 wraps an error raised inside a script; since 7.0 the code comes first. */
const OUT_OF_MEMORY = /(?:^|-)OOM command not allowed/;

/**
 * Puts a failure of the Redis client into the domain's words. A connection lost, a timeout and a Redis
 * that cannot serve are `StoreUnavailableError`; what is left is a fault of ours and stays as it is.
 */
export function toDomainError(error: unknown): Error {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  if (!(error instanceof ReplyError)) return new StoreUnavailableError(error);
  if (OUT_OF_MEMORY.test(error.message)) return new StoreFullError(error);
  const [code = ''] = error.message.split(' ', 1);
  return UNAVAILABLE.has(code) ? new StoreUnavailableError(error) : error;
}

/** Awaits a plain Redis command, its failure put into the domain's words. */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw toDomainError(error);
  }
}
