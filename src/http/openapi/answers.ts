import { OUTCOME_KINDS } from '../../domain/outcome.ts';
import type { Locale } from '../locale/locale.ts';
import type { Json } from './portable.ts';
import { reference } from './requests.ts';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const MS = { type: 'number', description: 'In milliseconds.' } as const;
const INSTANT = { type: ['string', 'null'], format: 'date-time' } as const;
const CURSOR = {
  type: 'string',
  description: 'Leads to the next page, as `cursor`; absent on the last.',
} as const;

/** An object that has these members and no others. */
function closed(properties: Json, optional: readonly string[] = []): Json {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const list = (items: Json) => ({ type: 'array', items });

/** The bodies the API answers with, in the words of its language. */
export function answerSchemas(locale: Locale): Record<string, Json> {
  const { words } = locale;
  const done = (word: string) => closed({ status: { const: word }, messageId: TEXT });
  const bulk = (word: string) =>
    closed({ status: { const: word }, count: COUNT, nextCursor: CURSOR }, ['nextCursor']);
  return {
    Scheduled: done(words.scheduled),
    Changed: done(words.changed),
    Fired: done(words.fired),
    Replayed: done(words.replayed),
    Removed: done(words.removed),
    RemovedInFlight: closed({
      status: { const: words.removed },
      messageId: TEXT,
      detail: { const: words.removedInFlight },
    }),
    RemovedMany: bulk(words.removed),
    ReplayedMany: bulk(words.replayed),
    BatchResults: closed({
      results: {
        ...list({
          oneOf: [
            closed({ status: { const: 201 }, messageId: TEXT }),
            reference('schemas', 'Problem'),
          ],
        }),
        description: 'One for each message, in order.',
      },
    }),
    Healthy: closed({ status: { const: words.healthy }, redis: { const: words.connected } }),
    ...readSchemas(locale),
  };
}

function readSchemas({ statuses }: Locale): Record<string, Json> {
  const status = { type: 'string', enum: Object.values(statuses) };
  const job = closed({ messageId: TEXT, nextRun: INSTANT, job: TEXT });
  return {
    MessageList: closed({ scheduledJobs: list(job), count: COUNT, nextCursor: CURSOR }, [
      'nextCursor',
    ]),
    Message: messageSchema(status),
    DeliveryList: closed({ deliveries: list(delivery()), nextCursor: CURSOR }, ['nextCursor']),
    Stats: closed({
      messages: closed({ scheduled: COUNT, delivering: COUNT, failed: COUNT }),
      due: closed({ nextMinute: COUNT, nextHour: COUNT, nextDay: COUNT }),
      oldestOverdueMs: MS,
      events: closed({ mode: { enum: ['unproven', 'on', 'degraded'] }, missed: COUNT }),
      redisTime: INSTANT,
    }),
  };
}

/** Everything that is stored of a message; what was never given is absent. */
function messageSchema(status: Json): Json {
  const optional = {
    scheduleTo: TEXT,
    nextRun: INSTANT,
    webhookUrl: TEXT,
    headers: {
      type: ['object', 'string'],
      additionalProperties: TEXT,
      description: 'Values of headers that look secret are hidden: `***`.',
    },
    payload: { description: 'As it was given: any JSON.' },
    timeoutMs: MS,
    retry: { type: 'object' },
    notAfter: INSTANT,
    metadata: { type: 'object' },
    tags: list(TEXT),
    createdAt: INSTANT,
    lastError: TEXT,
    attempts: { ...list(pastAttempt()), description: 'The latest attempts, oldest first.' },
  };
  return closed({ id: TEXT, status, method: TEXT, ...optional }, Object.keys(optional));
}

/** How an attempt ended: a member of the delivery log and of a message's own history. */
function ending() {
  return {
    attempt: { type: 'integer', minimum: 1 },
    at: INSTANT,
    outcome: { type: 'string', enum: OUTCOME_KINDS },
    statusCode: { ...COUNT, description: 'What the receiver answered; 0 when it did not.' },
    lateness: MS,
    duration: MS,
    error: TEXT,
  };
}

const pastAttempt = () => closed(ending(), Object.keys(ending()));
const delivery = () => closed({ id: TEXT, ...ending() }, ['error']);
