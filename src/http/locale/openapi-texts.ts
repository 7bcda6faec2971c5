import type {
  CHANGE_QUERY_SCHEMA,
  DELIVERIES_QUERY_SCHEMA,
  LISTING_QUERY_SCHEMA,
  REMOVE_QUERY_SCHEMA,
  SCHEDULE_QUERY_SCHEMA,
} from '../query-schemas.ts';
import type { bodySchemas } from '../schemas.ts';
import { fieldsEn } from './openapi-fields-en.ts';
import { fieldsPtBR } from './openapi-fields-pt-br.ts';
import { operationsEn } from './openapi-operations-en.ts';
import { operationsPtBR } from './openapi-operations-pt-br.ts';

/** Every operation of the API, by the name the document knows it by. */
export type OperationId =
  | 'scheduleMessage'
  | 'listMessages'
  | 'scheduleBatch'
  | 'readMessage'
  | 'changeMessage'
  | 'cancelMessage'
  | 'fireMessage'
  | 'replayMessage'
  | 'removeMessages'
  | 'replayMessages'
  | 'listDeliveries'
  | 'readStats'
  | 'readHealth'
  | 'readLiveness'
  | 'readReadiness'
  | 'readMetrics'
  | 'readDocument'
  | 'readDocs'
  | 'readWebhookKeys';

/** What operations have in common. */
export type Group = 'one' | 'many' | 'looking' | 'service';

/** What a request may come to: mostly the name of its body's schema. */
export type SuccessName =
  | 'Scheduled'
  | 'KnownAlready'
  | 'Changed'
  | 'Fired'
  | 'Replayed'
  | 'Removed'
  | 'RemovedInFlight'
  | 'RemovedMany'
  | 'ReplayedMany'
  | 'BatchResults'
  | 'Healthy'
  | 'Alive'
  | 'Ready'
  | 'Metrics'
  | 'MessageList'
  | 'Message'
  | 'DeliveryList'
  | 'Stats'
  | 'Document'
  | 'Page'
  | 'WebhookKeys';

type Texts<Name extends string> = Readonly<Record<Name, string>>;
type Bodies = ReturnType<typeof bodySchemas>;
type Retry = Bodies['newMessage']['properties']['retry'];
type NamesIn<Schema extends { readonly properties: object }> = keyof Schema['properties'] & string;

/** What the document says of operations, in one language. */
export interface OperationTexts {
  readonly title: string;
  readonly about: string;
  readonly token: string;
  readonly groups: Texts<Group>;
  readonly operations: Readonly<
    Record<OperationId, readonly [summary: string, description: string]>
  >;
  readonly successes: Texts<SuccessName>;
  readonly headers: Texts<
    | 'Location'
    | 'Retry-After'
    | 'RateLimit'
    | 'RateLimit-Policy'
    | 'Allow'
    | 'WWW-Authenticate'
    | 'X-Request-Id'
  >;
  /** Words of the page made from the document. */
  readonly page: Texts<
    | 'contents'
    | 'open'
    | 'token'
    | 'parameters'
    | 'body'
    | 'answers'
    | 'schemas'
    | 'schema'
    | 'required'
  >;
}

/** What the document says of every field of a request and of an answer, in one language. */
export interface FieldTexts {
  /** Of the bodies the API takes; a name means the same in all of them. */
  readonly body: Texts<
    | NamesIn<Bodies['newMessage']>
    | NamesIn<Bodies['batch']>
    | NamesIn<Retry>
    | NamesIn<Retry['properties']['backoff']>
  >;
  /** Of queries; a name means the same in all of them. */
  readonly query: Texts<
    | NamesIn<typeof CHANGE_QUERY_SCHEMA>
    | NamesIn<typeof SCHEDULE_QUERY_SCHEMA>
    | NamesIn<typeof LISTING_QUERY_SCHEMA>
    | NamesIn<typeof REMOVE_QUERY_SCHEMA>
    | NamesIn<typeof DELIVERIES_QUERY_SCHEMA>
  >;
  /** Of parameters that no schema checks. */
  readonly parameters: Texts<'id' | 'idempotencyKey' | 'traceparent' | 'tracestate'>;
  readonly answers: AnswerTexts;
}

/** By kind of answer, or part of one. */
export interface AnswerTexts {
  readonly done: Texts<'status' | 'messageId' | 'durability'>;
  readonly inFlight: Texts<'detail'>;
  readonly bulk: Texts<'status' | 'count' | 'nextCursor' | 'durability'>;
  readonly batch: Texts<'results'>;
  readonly item: Texts<'status' | 'messageId' | 'durability'>;
  readonly health: Texts<'status' | 'redis' | 'alarms'>;
  readonly alive: Texts<'status'>;
  readonly ready: Texts<'status' | 'checks'>;
  readonly checks: Texts<'redis' | 'role' | 'scripts' | 'events' | 'intake'>;
  readonly list: Texts<'scheduledJobs' | 'count' | 'nextCursor'>;
  readonly job: Texts<'messageId' | 'nextRun' | 'job'>;
  readonly message: Texts<
    | 'id'
    | 'status'
    | 'scheduleTo'
    | 'nextRun'
    | 'webhookUrl'
    | 'method'
    | 'headers'
    | 'payload'
    | 'timeoutMs'
    | 'retry'
    | 'notAfter'
    | 'metadata'
    | 'tags'
    | 'traceparent'
    | 'tracestate'
    | 'createdAt'
    | 'lastError'
    | 'attempts'
  >;
  readonly attempt: Texts<
    'attempt' | 'at' | 'outcome' | 'statusCode' | 'lateness' | 'duration' | 'error' | 'answer'
  >;
  readonly delivery: Texts<'id'>;
  readonly deliveries: Texts<'deliveries' | 'nextCursor'>;
  readonly stats: Texts<
    'messages' | 'due' | 'oldestOverdueMs' | 'events' | 'receivers' | 'alarms' | 'redisTime'
  >;
  readonly counts: Texts<'scheduled' | 'delivering' | 'failed'>;
  readonly spans: Texts<'nextMinute' | 'nextHour' | 'nextDay'>;
  readonly events: Texts<'mode' | 'missed'>;
  readonly receivers: Texts<'deferred' | 'open' | 'halfOpen' | 'unwell'>;
  readonly unwell: Texts<'origin' | 'state' | 'failures' | 'probeInMs'>;
  readonly webhookKeys: Texts<'keys'>;
  readonly webhookKey: Texts<'kty' | 'crv' | 'use' | 'kid' | 'x' | 'whpk'>;
  readonly problem: Texts<
    'type' | 'title' | 'status' | 'code' | 'detail' | 'errors' | 'redis' | 'checks'
  >;
  readonly fault: Texts<'field' | 'detail'>;
  readonly schemas: Texts<'Document' | 'Page' | 'Metrics'>;
}

/** All texts of the OpenAPI document and of the page made from it, in one language. */
export interface ApiTexts extends OperationTexts, FieldTexts {}

/** By the value of API_LOCALE. */
export const API_TEXTS: Readonly<Record<'pt-BR' | 'en', ApiTexts>> = {
  'pt-BR': { ...operationsPtBR, ...fieldsPtBR },
  en: { ...operationsEn, ...fieldsEn },
};
