import type { ProblemCode } from '../locale/locale.ts';
import {
  CHANGE_QUERY_SCHEMA,
  DELIVERIES_QUERY_SCHEMA,
  LISTING_QUERY_SCHEMA,
  REMOVE_QUERY_SCHEMA,
  REPLAY_QUERY_SCHEMA,
  SCHEDULE_QUERY_SCHEMA,
} from '../query-schemas.ts';
import { type Operation, ok } from './operation.ts';
import { SERVICE } from './service-operations.ts';

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
/** Of what changes messages. */
const CHANGED: readonly ProblemCode[] = [...STORED, 'not-durable'];
const ONE_MESSAGE = { parameters: ['id'] } as const;
const CHANGE = { ...ONE_MESSAGE, query: CHANGE_QUERY_SCHEMA } as const;

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
    problems: [...CHANGED, ...BODY, 'message-exists', 'key-reused', 'store-full'],
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
    ...CHANGE,
    body: 'Changes',
    successes: ok('Changed'),
    problems: [
      ...CHANGED,
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
    ...CHANGE,
    successes: [...ok('Removed'), { status: 202, name: 'RemovedInFlight' }],
    problems: [...CHANGED, 'message-not-found'],
  },
  {
    id: 'fireMessage',
    group: 'one',
    access: 'write',
    method: 'post',
    path: '/messages/{id}/fire',
    ...CHANGE,
    successes: ok('Fired'),
    problems: [
      ...CHANGED,
      'message-not-found',
      'message-in-flight',
      'message-failed',
      'store-full',
    ],
  },
  {
    id: 'replayMessage',
    group: 'one',
    access: 'write',
    method: 'post',
    path: '/messages/{id}/replay',
    ...CHANGE,
    successes: ok('Replayed'),
    problems: [...CHANGED, 'message-not-found', 'message-not-failed', 'store-full'],
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
    problems: [...CHANGED, 'invalid-message', 'invalid-cursor'],
  },
  {
    id: 'replayMessages',
    group: 'many',
    access: 'admin',
    method: 'post',
    path: '/messages/replay',
    query: REPLAY_QUERY_SCHEMA,
    successes: ok('ReplayedMany'),
    problems: [...CHANGED, 'invalid-message', 'invalid-cursor', 'store-full'],
  },
];

/** Every operation the router has. */
export const OPERATIONS: readonly Operation[] = [...WRITES, ...BULK, ...READS, ...SERVICE];
