import type { Durability } from './durability.ts';

/** Every way a request to this service can be refused. `http/problems.ts` maps each to a status. */
export type ErrorCode =
  | 'message-exists'
  | 'message-not-found'
  | 'message-in-flight'
  | 'message-failed'
  | 'message-not-failed'
  | 'in-past'
  | 'expires-first'
  | 'key-reused'
  | 'store-unavailable'
  | 'store-full'
  | 'not-durable'
  | 'durability-unsupported';

/** A refusal with a code that callers branch on; the message is for logs. */
export class DomainError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
  }
}

/** Why a message's state does not allow what was asked of it. */
export type Refusal = Exclude<
  ErrorCode,
  'store-unavailable' | 'store-full' | 'not-durable' | 'durability-unsupported'
>;

/** What was asked of a message cannot be done to it. */
export class MessageError extends DomainError {
  declare readonly code: Refusal;
  readonly id: string;

  constructor(code: Refusal, id: string) {
    super(code, `${code}: ${JSON.stringify(id)}`);
    this.id = id;
  }
}

/** Redis cannot be reached, does not answer in time, or cannot serve right now. */
export class StoreUnavailableError extends DomainError {
  constructor(cause: unknown) {
    super('store-unavailable', `Redis is unavailable: ${messageOf(cause)}`, { cause });
  }
}

/** Redis has no memory left for another message. */
export class StoreFullError extends DomainError {
  constructor(cause: unknown) {
    super('store-full', `Redis is out of memory: ${messageOf(cause)}`, { cause });
  }
}

/** A change was made, but not known to be as safe as was asked in time: it may be there, and may be lost. */
export class NotDurableError extends DomainError {
  readonly durability: Durability;

  constructor(durability: Durability) {
    super('not-durable', `${durability} was not reached in time`);
    this.durability = durability;
  }
}

/** This Redis, or our user there, cannot tell whether a change is as safe as was asked. */
export class UnsupportedDurabilityError extends DomainError {
  /** In the words of Redis. */
  readonly reason: string;

  constructor(durability: Durability, reason: string) {
    super('durability-unsupported', `${durability} cannot be had from this Redis: ${reason}`);
    this.reason = reason;
  }
}

/** What is said of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
