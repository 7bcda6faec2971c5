import { METHODS } from '../domain/message.ts';
import type { RetryOverride } from '../domain/retry-policy.ts';

/** Bounds of what a message may carry beside its payload. */
export const LIMITS = {
  idLength: 256,
  urlLength: 2048,
  /** Far over what any ISO 8601 text needs. */
  timeLength: 64,
  headers: 50,
  headerNameLength: 100,
  headerValueLength: 4096,
  /** Names and values of all headers together, in characters; each is a byte on the wire. */
  headersLength: 16_384,
  metadataKeys: 50,
  metadataKeyLength: 64,
  /** Of its JSON text, in UTF-8. */
  metadataBytes: 4096,
  tags: 20,
  tagLength: 64,
  batch: 1000,
  maxAttempts: 100,
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

const time = { type: 'string', maxLength: LIMITS.timeLength, format: 'due-time' } as const;

const backoff = {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { enum: ['fixed', 'exponential'] },
    baseMs: { type: 'integer', minimum: 0, maximum: DAY_MS },
    factor: { type: 'number', minimum: 1, maximum: 100 },
    capMs: { type: 'integer', minimum: 0, maximum: 30 * DAY_MS },
  },
} as const;

const retry = {
  type: 'object',
  additionalProperties: false,
  properties: {
    maxAttempts: { type: 'integer', minimum: 1, maximum: LIMITS.maxAttempts },
    backoff,
  },
} as const;

const IF_PAST = {
  enum: ['fire', 'reject'],
} as const;

/** The fields of a message a caller may give. Formats are in `validation.ts`, descriptions in `locale/`. */
function fields(maxTimeoutMs: number) {
  return {
    id: {
      type: 'string',
      minLength: 1,
      maxLength: LIMITS.idLength,
      format: 'message-id',
    },
    scheduleTo: time,
    delay: {
      type: ['integer', 'string'],
      minimum: 0,
      maxLength: LIMITS.timeLength,
      format: 'duration',
    },
    payload: {},
    webhookUrl: {
      type: 'string',
      maxLength: LIMITS.urlLength,
      format: 'webhook-url',
    },
    method: { enum: METHODS },
    headers: {
      type: 'object',
      maxProperties: LIMITS.headers,
      propertyNames: { maxLength: LIMITS.headerNameLength, format: 'header-name' },
      additionalProperties: {
        type: 'string',
        maxLength: LIMITS.headerValueLength,
        format: 'header-value',
      },
    },
    timeoutMs: {
      type: 'integer',
      minimum: 1,
      maximum: maxTimeoutMs,
    },
    retry,
    notAfter: time,
    metadata: {
      type: 'object',
      maxProperties: LIMITS.metadataKeys,
      propertyNames: { maxLength: LIMITS.metadataKeyLength, format: 'text' },
    },
    tags: {
      type: 'array',
      maxItems: LIMITS.tags,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: LIMITS.tagLength, format: 'text' },
    },
  } as const;
}

/** Optional fields that `PATCH` sets back to the configured value with `null`. */
export const REMOVABLE = [
  'method',
  'headers',
  'timeoutMs',
  'retry',
  'notAfter',
  'metadata',
  'tags',
] as const;

function orNull(schema: { readonly type?: string; readonly enum?: readonly string[] }) {
  if (schema.enum !== undefined) return { ...schema, enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type, 'null'] };
}

/**
 * The bodies the API takes.
 * @param maxTimeoutMs the longest timeout a message may ask for: the configured one
 */
export function bodySchemas(maxTimeoutMs: number) {
  const { id, ...changeable } = fields(maxTimeoutMs);
  const nullable = Object.fromEntries(
    REMOVABLE.map((name) => [name, orNull(changeable[name])] as const),
  );
  return {
    newMessage: {
      type: 'object',
      additionalProperties: false,
      required: ['payload', 'webhookUrl'],
      properties: { id, ...changeable, ifPast: IF_PAST },
    },
    changes: {
      type: 'object',
      additionalProperties: false,
      properties: { ...changeable, ...nullable },
    },
    batch: {
      type: 'object',
      additionalProperties: false,
      required: ['messages'],
      properties: { messages: { type: 'array', minItems: 1, maxItems: LIMITS.batch } },
    },
  };
}

/** A body of `POST /messages` that the schema has let through; `payload` may be any JSON value. */
export interface NewMessageBody {
  readonly id?: string;
  readonly scheduleTo?: string;
  readonly delay?: number | string;
  readonly payload: unknown;
  readonly webhookUrl: string;
  readonly method?: (typeof METHODS)[number];
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly retry?: RetryOverride;
  readonly notAfter?: string;
  readonly ifPast?: 'fire' | 'reject';
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
}

type Removable = (typeof REMOVABLE)[number];

/** A body of `PATCH /messages/{id}` that the schema has let through. */
export type ChangesBody = Partial<Omit<NewMessageBody, 'id' | 'ifPast' | Removable>> & {
  readonly [Name in Removable]?: NewMessageBody[Name] | null;
};

export interface BatchBody {
  readonly messages: readonly unknown[];
}
