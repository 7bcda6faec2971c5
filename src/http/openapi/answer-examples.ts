import type { Locale } from '../locale/locale.ts';
import { ProblemError, problemDocument } from '../problems.ts';
import type { Json } from './portable.ts';
import { NEW_MESSAGE, TRACE } from './requests.ts';

const messageId = NEW_MESSAGE.id;
const DUE = '2099-01-31T13:00:00.000Z';
const CURSOR = 'WzEsImR1ZSIsWyIxIiwiYSJdXQ';

/** One attempt that failed, as the delivery log has it. */
const ATTEMPT = {
  attempt: 1,
  at: DUE,
  outcome: 'rejected',
  statusCode: 500,
  lateness: 2,
  duration: 31,
  error: 'the receiver answered 500',
};

/** Of a process that wants work. */
export const READY_CHECKS: Json = {
  ...{ redis: 'connected', role: 'master', scripts: 'loaded' },
  ...{ events: 'on', intake: 'open' },
};

/** The public key of RFC 8037, A.2. */
const WEBHOOK_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  use: 'sig',
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  whpk: 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
};

/** Examples of what the API answers with, by schema, in the words of its language. */
export function answerExamples(locale: Locale): Readonly<Record<string, Json>> {
  const { words } = locale;
  const many = { count: 2 };
  const taken = problemDocument(
    new ProblemError('message-exists', JSON.stringify(messageId)),
    locale,
  );
  return {
    Scheduled: { status: words.scheduled, messageId },
    Changed: { status: words.changed, messageId },
    Fired: { status: words.fired, messageId },
    Replayed: { status: words.replayed, messageId },
    Removed: { status: words.removed, messageId },
    RemovedInFlight: { status: words.removed, messageId, detail: words.removedInFlight },
    RemovedMany: { status: words.removed, ...many },
    ReplayedMany: { status: words.replayed, ...many },
    BatchResults: { results: [{ status: 201, messageId: 'order-4712' }, taken] },
    Healthy: { status: words.healthy, redis: words.connected },
    Alive: { status: words.alive },
    Ready: { status: words.ready, checks: READY_CHECKS },
    WebhookKeys: { keys: [WEBHOOK_KEY] },
    ...readExamples(locale),
  };
}

function readExamples({ statuses }: Locale): Readonly<Record<string, Json>> {
  const { webhookUrl } = NEW_MESSAGE;
  const status = statuses.scheduled;
  const job = { messageId, nextRun: DUE, job: `POST ${webhookUrl}` };
  return {
    MessageList: { scheduledJobs: [job], count: 2, nextCursor: CURSOR },
    Message: {
      ...NEW_MESSAGE,
      ...{ status, nextRun: DUE, method: 'POST', headers: { authorization: '***' } },
      ...{ tags: ['reminder'], ...TRACE, createdAt: '2099-01-01T00:00:00.000Z' },
      ...{ lastError: ATTEMPT.error, attempts: [ATTEMPT] },
    },
    DeliveryList: { deliveries: [{ id: messageId, ...ATTEMPT }] },
    Stats: {
      messages: { scheduled: 120, delivering: 1, failed: 2 },
      due: { nextMinute: 3, nextHour: 40, nextDay: 100 },
      oldestOverdueMs: 0,
      events: { mode: 'on', missed: 0 },
      receivers: { deferred: 0, open: 0, halfOpen: 0, unwell: [] },
      alarms: [],
      redisTime: '2099-01-01T00:00:00.000Z',
    },
  };
}
