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

/** The code of an error: it comes first; Redis 6.2 wraps one raised inside a script (`…: -OOM …`). */
const CODE = /^(?:ERR Error running script .*?: -)?([A-Z]+) /;

/** What Redis says instead of NOAUTH to a command of more than 10 parts, or of over 16 KiB. */
const UNAUTHENTICATED = /^ERR Protocol error: unauthenticated /;

/**
 * Puts a failure of the Redis client into the domain's words. A connection lost, a timeout and a Redis
 * that cannot serve are `StoreUnavailableError`; what is left is a fault of ours and stays as it is.
 */
export function toDomainError(error: unknown): Error {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (!(error instanceof ReplyError)) return new StoreUnavailableError(error);
  const code = errorCode(error);
  if (code === 'OOM') return new StoreFullError(error);
  const unavailable = UNAVAILABLE.has(code) || UNAUTHENTICATED.test(error.message);
  return unavailable ? new StoreUnavailableError(error) : error;
}

/** Whether Redis may have done what failed: nothing says that it has not. */
export function isInDoubt(error: StoreUnavailableError): boolean {
  return !(error.cause instanceof ReplyError);
}

/** The code of an error reply, such as `READONLY`; empty when it has none. */
export function errorCode(error: Error): string {
  return CODE.exec(error.message)?.[1] ?? '';
}

/** Awaits a plain Redis command, its failure put into the domain's words. */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw toDomainError(error);
  }
}

/**
 * Awaits what an ACL may forbid to ask.
 * @returns `otherwise` where it does
 */
export async function unlessForbidden<T>(reply: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) !== 'NOPERM') throw error;
    return otherwise;
  }
}
