import { OUTCOME_KINDS } from '../../domain/outcome.ts';
import { ALARMS } from '../../store/alarms.ts';
import type { Locale } from '../locale/locale.ts';
import type { AnswerTexts } from '../locale/openapi-texts.ts';
import type { Json } from './portable.ts';
import { reference } from './requests.ts';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const MS = { type: 'number' } as const;
/** What is acknowledged from memory alone says nothing of it. */
const REACHED = { type: 'string', pattern: '^(?:fsync|replica:[1-9])$' } as const;
const INSTANT = { type: ['string', 'null'], format: 'date-time' } as const;

type Properties = Readonly<Record<string, Json>>;

/**
 * An object that has these members and no others.
 * @param texts what is said of each
 */
export function closed<P extends Properties>(
  texts: { readonly [Name in keyof P]: string },
  properties: P,
  optional: readonly (keyof P)[] = [],
): Json {
  const names = Object.keys(properties);
  const described = names.map((name) => [name, { ...properties[name], description: texts[name] }]);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !optional.includes(name)),
    properties: Object.fromEntries(described),
  };
}

const list = (items: Json) => ({ type: 'array', items });

const ALARM_NAMES = list({ enum: ALARMS });

/** The bodies the API answers with, in the words of its language. */
export function answerSchemas(locale: Locale, texts: AnswerTexts): Record<string, Json> {
  const { words } = locale;
  const one = { messageId: TEXT, durability: REACHED } as const;
  const many = { count: COUNT, nextCursor: TEXT, durability: REACHED } as const;
  const done = (word: string) =>
    closed(texts.done, { status: { const: word }, ...one }, ['durability']);
  const bulk = (word: string) =>
    closed(texts.bulk, { status: { const: word }, ...many }, ['nextCursor', 'durability']);
  const scheduled = closed(texts.item, { status: { enum: [201, 200] }, ...one }, ['durability']);
  return {
    Scheduled: done(words.scheduled),
    Changed: done(words.changed),
    Fired: done(words.fired),
    Replayed: done(words.replayed),
    Removed: done(words.removed),
    RemovedInFlight: closed(
      { ...texts.done, ...texts.inFlight },
      {
        status: { const: words.removed },
        ...one,
        detail: { const: words.removedInFlight },
      },
      ['durability'],
    ),
    RemovedMany: bulk(words.removed),
    ReplayedMany: bulk(words.replayed),
    BatchResults: closed(texts.batch, {
      results: list({ oneOf: [scheduled, reference('schemas', 'Problem')] }),
    }),
    Healthy: closed(
      texts.health,
      { status: { const: words.healthy }, redis: { const: words.connected }, alarms: ALARM_NAMES },
      ['alarms'],
    ),
    Alive: closed(texts.alive, { status: { const: words.alive } }),
    Ready: closed(texts.ready, {
      status: { const: words.ready },
      checks: reference('schemas', 'Checks'),
    }),
    Checks: checksSchema(texts),
    ...readSchemas(locale, texts),
    WebhookKeys: closed(texts.webhookKeys, { keys: list(webhookKey(texts)) }),
    Document: { type: 'object', description: texts.schemas.Document },
    Page: { type: 'string', description: texts.schemas.Page },
    Metrics: { type: 'string', description: texts.schemas.Metrics },
  };
}

function readSchemas({ statuses }: Locale, texts: AnswerTexts): Record<string, Json> {
  const status = { type: 'string', enum: Object.values(statuses) };
  const job = closed(texts.job, { messageId: TEXT, nextRun: INSTANT, job: TEXT });
  return {
    MessageList: closed(texts.list, { scheduledJobs: list(job), count: COUNT, nextCursor: TEXT }, [
      'nextCursor',
    ]),
    Message: messageSchema(status, texts),
    DeliveryList: closed(
      texts.deliveries,
      { deliveries: list(delivery(texts)), nextCursor: TEXT },
      ['nextCursor'],
    ),
    Stats: statsSchema(texts),
  };
}

const EVENT_MODE = { enum: ['unproven', 'on', 'degraded'] } as const;

/** What `GET /readyz` looks at. */
function checksSchema(texts: AnswerTexts): Json {
  const checks = {
    redis: { enum: ['connected', 'loading', 'unreachable'] },
    role: { enum: ['master', 'replica', 'unknown'] },
    scripts: { enum: ['loaded', 'refused', 'unknown'] },
    events: EVENT_MODE,
    intake: { enum: ['starting', 'open', 'draining'] },
  };
  return closed(texts.checks, checks, ['events']);
}

function receiversSchema(texts: AnswerTexts): Json {
  const unwell = {
    origin: TEXT,
    state: { enum: ['open', 'half-open'] },
    failures: COUNT,
    probeInMs: MS,
  };
  return closed(texts.receivers, {
    deferred: COUNT,
    open: COUNT,
    halfOpen: COUNT,
    unwell: list(closed(texts.unwell, unwell)),
  });
}

function statsSchema(texts: AnswerTexts): Json {
  return closed(texts.stats, {
    messages: closed(texts.counts, { scheduled: COUNT, delivering: COUNT, failed: COUNT }),
    due: closed(texts.spans, { nextMinute: COUNT, nextHour: COUNT, nextDay: COUNT }),
    oldestOverdueMs: MS,
    events: closed(texts.events, {
      mode: EVENT_MODE,
      missed: COUNT,
    }),
    receivers: receiversSchema(texts),
    alarms: ALARM_NAMES,
    redisTime: INSTANT,
  });
}

/** Everything that is stored of a message; what was never given is absent. */
function messageSchema(status: Json, texts: AnswerTexts): Json {
  const ending = { ...endingOf(), answer: TEXT };
  const optional = {
    scheduleTo: TEXT,
    nextRun: INSTANT,
    webhookUrl: TEXT,
    headers: { type: ['object', 'string'], additionalProperties: TEXT },
    payload: {},
    timeoutMs: MS,
    retry: { type: 'object' },
    notAfter: INSTANT,
    metadata: { type: 'object' },
    tags: list(TEXT),
    traceparent: TEXT,
    tracestate: TEXT,
    createdAt: INSTANT,
    lastError: TEXT,
    attempts: list(closed(texts.attempt, ending, Object.keys(ending) as (keyof typeof ending)[])),
  };
  const names = Object.keys(optional) as (keyof typeof optional)[];
  return closed(texts.message, { id: TEXT, status, method: TEXT, ...optional }, names);
}

/** How an attempt ended: a member of the delivery log and of a message's own history. */
function endingOf() {
  return {
    attempt: { type: 'integer', minimum: 1 },
    at: INSTANT,
    outcome: { type: 'string', enum: OUTCOME_KINDS },
    statusCode: COUNT,
    lateness: MS,
    duration: MS,
    error: TEXT,
  };
}

const delivery = (texts: AnswerTexts) =>
  closed({ ...texts.delivery, ...texts.attempt }, { id: TEXT, ...endingOf() }, ['error']);

/** A public key (RFC 8037). */
const webhookKey = (texts: AnswerTexts) =>
  closed(texts.webhookKey, {
    kty: { const: 'OKP' },
    crv: { const: 'Ed25519' },
    use: { const: 'sig' },
    kid: TEXT,
    x: TEXT,
    whpk: TEXT,
  });
