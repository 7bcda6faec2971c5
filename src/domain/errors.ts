/** Every way a request to this service can be refused. `http/problems.ts` maps each to a status. */
export type ErrorCode = 'message-exists' | 'message-not-found' | 'store-unavailable' | 'store-full';

/** A refusal with a code that callers branch on; the message is for logs. */
export class DomainError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
  }
}

/** The id is taken by a message that is still stored. */
export class MessageExistsError extends DomainError {
  readonly id: string;

  constructor(id: string) {
    super('message-exists', `a message with the id ${JSON.stringify(id)} already exists`);
    this.id = id;
  }
}

/** No message with that id is stored. */
export class MessageNotFoundError extends DomainError {
  readonly id: string;

  constructor(id: string) {
    super('message-not-found', `no message with the id ${JSON.stringify(id)} is stored`);
    this.id = id;
  }
}

/** Redis cannot be reached, does not answer in time, or cannot serve right now. */
export class StoreUnavailableError extends DomainError {
  constructor(cause: unknown) {
    super('store-unavailable', `Redis is unavailable: ${describe(cause)}`, { cause });
  }
}

/** Redis has no memory left for another message. */
export class StoreFullError extends DomainError {
  constructor(cause: unknown) {
    super('store-full', `Redis is out of memory: ${describe(cause)}`, { cause });
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
