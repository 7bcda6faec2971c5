import type { Access } from '../auth.ts';
import type { ProblemCode } from '../locale/locale.ts';
import type { Group, OperationId, SuccessName } from '../locale/openapi-texts.ts';
import {
  DELIVERIES_QUERY_SCHEMA,
  LISTING_QUERY_SCHEMA,
  REMOVE_QUERY_SCHEMA,
  REPLAY_QUERY_SCHEMA,
  SCHEDULE_QUERY_SCHEMA,
} from '../query-schemas.ts';

/** A success; its body is of JSON, unless another type is named. */
export interface Success {
  readonly status: number;
  readonly name: SuccessName;
  /** Of its body: that of its name, unless given. */
  readonly schema?: string;
  readonly type?: string;
  /** Names of headers it carries. */
  readonly headers?: readonly string[];
}

/** One method of one path, as far as no schema says it. */
export interface Operation {
  readonly id: OperationId;
  readonly group: Group;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/messages/{id}`. */
  readonly path: string;
  /** What a token must be good for. */
  readonly access: Access;
  /** Names of parameters that no schema checks. */
  readonly parameters?: readonly string[];
  /** The schema that checks the query. */
  readonly query?: { readonly properties: object; readonly required?: readonly string[] };
  /** Name of the schema of its body. */
  readonly body?: string;
  readonly successes: readonly Success[];
  /** Why it may be refused; each reason has its status in `problems.ts`. */
  readonly problems: readonly ProblemCode[];
}

const SECURED: readonly ProblemCode[] = [
  'unauthorized',
  'missing-scope',
  'rate-limited',
  'invalid-query',
  'store-unavailable',
];
/** Of what reads or writes messages: they may have been damaged by hand. */
const STORED: readonly ProblemCode[] = [...SECURED, 'internal-error'];
const BODY: readonly ProblemCode[] = [
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'invalid-message',
];
const ONE_MESSAGE = { parameters: ['id'] } as const;

const ok = (name: SuccessName): Success[] => [{ status: 200, name }];

/** Operations that change messages. */
const WRITES: readonly Operation[] = [
  {
    id: 'scheduleMessage',
    group: 'one',
    access: 'write',
    method: 'post',
    path: '/messages',
    parameters: ['idempotencyKey', 'traceparent', 'tracestate'],
    query: SCHEDULE_QUERY_SCHEMA,
    body: 'NewMessage',
    successes: [
      { status: 201, name: 'Scheduled', headers: ['Location'] },
      { status: 200, name: 'KnownAlready', schema: 'Scheduled', headers: ['Location'] },
    ],
    problems: [...STORED, ...BODY, 'message-exists', 'key-reused', 'store-full'],
  },
  {
    id: 'scheduleBatch',
    group: 'many',
    access: 'write',
    method: 'post',
    path: '/messages/batch',
    parameters: ['idempotencyKey', 'traceparent', 'tracestate'],
    query: SCHEDULE_QUERY_SCHEMA,
    body: 'Batch',
    successes: [{ status: 207, name: 'BatchResults' }],
    // What becomes of each message, a failure of ours included, stands in its result.
    problems: [...SECURED, ...BODY],
  },
  {
    id: 'changeMessage',
    group: 'one',
    access: 'write',
    method: 'patch',
    path: '/messages/{id}',
    ...ONE_MESSAGE,
    body: 'Changes',
    successes: ok('Changed'),
    problems: [
      ...STORED,
      ...BODY,
      'message-not-found',
      'message-in-flight',
      'message-failed',
      'store-full',
    ],
  },
  {
    id: 'cancelMessage',
    group: 'one',
    access: 'write',
    method: 'delete',
    path: '/messages/{id}',
    ...ONE_MESSAGE,
    successes: [...ok('Removed'), { status: 202, name: 'RemovedInFlight' }],
    problems: [...STORED, 'message-not-found'],
  },
  {
    id: 'fireMessage',
    group: 'one',
    access: 'write',
    method: 'post',
    path: '/messages/{id}/fire',
    ...ONE_MESSAGE,
    successes: ok('Fired'),
    problems: [...STORED, 'message-not-found', 'message-in-flight', 'message-failed', 'store-full'],
  },
  {
    id: 'replayMessage',
    group: 'one',
    access: 'write',
    method: 'post',
    path: '/messages/{id}/replay',
    ...ONE_MESSAGE,
    successes: ok('Replayed'),
    problems: [...STORED, 'message-not-found', 'message-not-failed', 'store-full'],
  },
];

/** Operations that only look. */
const READS: readonly Operation[] = [
  {
    id: 'listMessages',
    group: 'looking',
    access: 'read',
    method: 'get',
    path: '/messages',
    query: LISTING_QUERY_SCHEMA,
    successes: ok('MessageList'),
    problems: [...STORED, 'invalid-cursor'],
  },
  {
    id: 'readMessage',
    group: 'looking',
    access: 'read',
    method: 'get',
    path: '/messages/{id}',
    ...ONE_MESSAGE,
    successes: ok('Message'),
    problems: [...STORED, 'message-not-found'],
  },
  {
    id: 'listDeliveries',
    group: 'looking',
    access: 'read',
    method: 'get',
    path: '/deliveries',
    query: DELIVERIES_QUERY_SCHEMA,
    successes: ok('DeliveryList'),
    problems: [...STORED, 'invalid-cursor'],
  },
  {
    id: 'readStats',
    group: 'looking',
    access: 'read',
    method: 'get',
    path: '/stats',
    successes: ok('Stats'),
    problems: STORED,
  },
];

/** Operations anyone may ask for. */
const OPEN: readonly Operation[] = [
  {
    id: 'readHealth',
    group: 'service',
    access: 'open',
    method: 'get',
    path: '/health',
    successes: ok('Healthy'),
    problems: ['store-unavailable'],
  },
  {
    id: 'readLiveness',
    group: 'service',
    method: 'get',
    path: '/livez',
    access: 'open',
    successes: ok('Alive'),
    problems: [],
  },
  {
    id: 'readReadiness',
    group: 'service',
    method: 'get',
    path: '/readyz',
    access: 'open',
    successes: ok('Ready'),
    problems: ['not-ready'],
  },
  {
    id: 'readDocument',
    group: 'service',
    access: 'open',
    method: 'get',
    path: '/openapi.json',
    successes: ok('Document'),
    problems: [],
  },
  {
    id: 'readDocs',
    group: 'service',
    access: 'open',
    method: 'get',
    path: '/docs',
    successes: [{ status: 200, name: 'Page', type: 'text/html' }],
    problems: [],
  },
  {
    id: 'readWebhookKeys',
    group: 'service',
    access: 'open',
    method: 'get',
    path: '/.well-known/jwks.json',
    successes: ok('WebhookKeys'),
    problems: ['invalid-query'],
  },
];

/** What is done to many messages at once. */
const BULK: readonly Operation[] = [
  {
    id: 'removeMessages',
    group: 'many',
    access: 'admin',
    method: 'delete',
    path: '/messages',
    query: REMOVE_QUERY_SCHEMA,
    successes: ok('RemovedMany'),
    problems: [...STORED, 'invalid-message', 'invalid-cursor'],
  },
  {
    id: 'replayMessages',
    group: 'many',
    access: 'admin',
    method: 'post',
    path: '/messages/replay',
    query: REPLAY_QUERY_SCHEMA,
    successes: ok('ReplayedMany'),
    problems: [...STORED, 'invalid-message', 'invalid-cursor', 'store-full'],
  },
];

/** Every operation the router has. */
export const OPERATIONS: readonly Operation[] = [...WRITES, ...BULK, ...READS, ...OPEN];
