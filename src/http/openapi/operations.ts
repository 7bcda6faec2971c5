import type { ProblemCode } from '../locale/locale.ts';
import {
  DELIVERIES_QUERY_SCHEMA,
  LISTING_QUERY_SCHEMA,
  REMOVE_QUERY_SCHEMA,
  REPLAY_QUERY_SCHEMA,
  SCHEDULE_QUERY_SCHEMA,
} from '../query-schemas.ts';
import type { OperationId } from './texts.ts';

/** A success, and the schema of its body: of JSON, unless another type is named. */
export interface Success {
  readonly status: number;
  readonly schema: string;
  readonly type?: string;
  /** Names of headers it carries. */
  readonly headers?: readonly string[];
}

/** One method of one path, as far as no schema says it. */
export interface Operation {
  readonly id: OperationId;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/messages/{id}`. */
  readonly path: string;
  /** Whether no token is needed. */
  readonly open?: true;
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

const SECURED: readonly ProblemCode[] = ['unauthorized', 'invalid-query', 'store-unavailable'];
/** Of what reads or writes messages: they may have been damaged by hand. */
const STORED: readonly ProblemCode[] = [...SECURED, 'internal-error'];
const BODY: readonly ProblemCode[] = [
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'invalid-message',
];
const ONE_MESSAGE = { parameters: ['id'] } as const;

const ok = (schema: string): Success[] => [{ status: 200, schema }];

/** Operations that change messages. */
const WRITES: readonly Operation[] = [
  {
    id: 'scheduleMessage',
    method: 'post',
    path: '/messages',
    parameters: ['idempotencyKey'],
    query: SCHEDULE_QUERY_SCHEMA,
    body: 'NewMessage',
    successes: [201, 200].map((status) => ({ status, schema: 'Scheduled', headers: ['Location'] })),
    problems: [...STORED, ...BODY, 'message-exists', 'key-reused', 'store-full'],
  },
  {
    id: 'scheduleBatch',
    method: 'post',
    path: '/messages/batch',
    parameters: ['idempotencyKey'],
    query: SCHEDULE_QUERY_SCHEMA,
    body: 'Batch',
    successes: [{ status: 207, schema: 'BatchResults' }],
    // What becomes of each message, a failure of ours included, stands in its result.
    problems: [...SECURED, ...BODY],
  },
  {
    id: 'changeMessage',
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
    method: 'delete',
    path: '/messages/{id}',
    ...ONE_MESSAGE,
    successes: [...ok('Removed'), { status: 202, schema: 'RemovedInFlight' }],
    problems: [...STORED, 'message-not-found'],
  },
  {
    id: 'fireMessage',
    method: 'post',
    path: '/messages/{id}/fire',
    ...ONE_MESSAGE,
    successes: ok('Fired'),
    problems: [...STORED, 'message-not-found', 'message-in-flight', 'message-failed', 'store-full'],
  },
  {
    id: 'replayMessage',
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
    method: 'get',
    path: '/messages',
    query: LISTING_QUERY_SCHEMA,
    successes: ok('MessageList'),
    problems: [...STORED, 'invalid-cursor'],
  },
  {
    id: 'readMessage',
    method: 'get',
    path: '/messages/{id}',
    ...ONE_MESSAGE,
    successes: ok('Message'),
    problems: [...STORED, 'message-not-found'],
  },
  {
    id: 'listDeliveries',
    method: 'get',
    path: '/deliveries',
    query: DELIVERIES_QUERY_SCHEMA,
    successes: ok('DeliveryList'),
    problems: [...STORED, 'invalid-cursor'],
  },
  {
    id: 'readStats',
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
    method: 'get',
    path: '/health',
    open: true,
    successes: ok('Healthy'),
    problems: ['store-unavailable'],
  },
  {
    id: 'readDocument',
    method: 'get',
    path: '/openapi.json',
    open: true,
    successes: ok('Document'),
    problems: [],
  },
  {
    id: 'readDocs',
    method: 'get',
    path: '/docs',
    open: true,
    successes: [{ status: 200, schema: 'Page', type: 'text/html' }],
    problems: [],
  },
];

/** What is done to many messages at once. */
const BULK: readonly Operation[] = [
  {
    id: 'removeMessages',
    method: 'delete',
    path: '/messages',
    query: REMOVE_QUERY_SCHEMA,
    successes: ok('RemovedMany'),
    problems: [...STORED, 'invalid-cursor'],
  },
  {
    id: 'replayMessages',
    method: 'post',
    path: '/messages/replay',
    query: REPLAY_QUERY_SCHEMA,
    successes: ok('ReplayedMany'),
    problems: [...STORED, 'invalid-cursor', 'store-full'],
  },
];

/** Every operation the router has. */
export const OPERATIONS: readonly Operation[] = [...WRITES, ...BULK, ...READS, ...OPEN];
