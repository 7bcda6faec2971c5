import type { FieldTexts } from './openapi-texts.ts';

export const fieldsEn: FieldTexts = {
  body: {
    id: 'Names the message; made up, in the order of time, when it is not given.',
    scheduleTo: 'When it is due; without an offset in UTC.',
    delay: 'In how long it is due, instead of `scheduleTo`; a number is milliseconds.',
    payload: 'What the webhook gets as its body: any JSON, every number as it is written.',
    webhookUrl: 'Where it is sent; not where the settings let no webhook go.',
    method: 'How it is sent: with POST, unless given.',
    headers: 'Headers to send along.',
    timeoutMs: 'An attempt takes no longer, in milliseconds.',
    retry: 'How often and when a failed attempt is repeated, where not as configured.',
    maxAttempts: 'Attempts before the message is kept as failed.',
    backoff: 'How long to wait before the next attempt.',
    kind: '`fixed`: always `baseMs`. `exponential`: each time `factor` times as long, up to `capMs`.',
    baseMs: 'Wait after the first failed attempt, in milliseconds.',
    factor: 'How many times the wait before it each wait is.',
    capMs: 'No wait is longer, in milliseconds.',
    notAfter: 'Later than this it is not sent any more: it fails as `expired`.',
    ifPast: 'What becomes of a message that is due in the past: it is sent at once, or refused.',
    metadata: 'Notes of your own; they are not sent.',
    tags: 'Words of your own to look messages up by.',
    messages: 'The messages, each as it would be sent alone.',
  },
  query: {
    onConflict:
      'When a message of this id exists: refuse the new one (409), ignore it and answer as if it were ' +
      'scheduled (200), or put it in the place of the old one (200).',
    durability:
      'How safe it has to be before it is acknowledged, instead of as configured (`DURABILITY`), be it ' +
      'more or less: `memory`, `replica:<n>` (so many replicas have received it) or `fsync` (it is on the ' +
      'disk of its master). Not reached in time it is answered with 503 and the code `not-durable`: it may ' +
      'stay done or be lost, and the request can be repeated.',
    limit: 'Most entries of the answer.',
    cursor: 'Goes on where an answer ended: its `nextCursor`, with the same filters.',
    status: 'Only messages of this status. Otherwise all that are pending: not the failed.',
    dueFrom: 'Only messages due then or later; of the failed, those that failed then or later.',
    dueTo: 'Only messages due before; of the failed, those that failed before.',
    tag: 'Only messages with this tag.',
    host: 'Only messages to this host, in any case; with a port only to that port.',
    confirm: 'Says that many messages are meant to go.',
    id: 'Only attempts of the message with this id.',
    outcome: 'Only attempts that ended so.',
    from: 'Only attempts that ended then or later.',
    to: 'Only attempts that ended before.',
  },
  parameters: {
    id: 'The id of the message, percent-encoded.',
    idempotencyKey:
      'A repeat of the same request under the same key is answered like the first (201) and schedules ' +
      'nothing.',
    traceparent:
      'The W3C trace context of the request: the webhook carries it on, unchanged. One that is not as specified ' +
      'counts as not given.',
    tracestate: 'Goes with `traceparent`, up to 512 characters.',
  },
  answers: {
    done: {
      status: 'What was done, in a word.',
      messageId: 'The id of the message.',
      durability: 'How safe it is, as was asked; absent where memory is enough.',
    },
    inFlight: { detail: 'What a delivery under way means.' },
    bulk: {
      status: 'What was done, in a word.',
      count: 'To how many messages it was done.',
      nextCursor: 'There may be more: send it as `cursor` to go on.',
      durability: 'How safe it is, as was asked; absent where memory is enough.',
    },
    batch: { results: 'One for each message, in order.' },
    item: {
      status: 'As the status of an answer.',
      messageId: 'The id of the message.',
      durability: 'How safe it is, as was asked; absent where memory is enough.',
    },
    health: {
      status: 'How the service is, in a word.',
      redis: 'Whether Redis answers, in a word.',
      alarms:
        'Names of the alarms that are raised: what is wrong with Redis although everything still works; absent when there are none.',
    },
    alive: { status: 'How the process is, in a word.' },
    ready: {
      status: 'How the process is, in a word.',
      checks: 'What was looked at, and how each of it is.',
    },
    checks: {
      redis: 'Whether every master answers.',
      role: 'Whether they are masters. `unknown`: Redis does not permit to ask, or is unreachable.',
      scripts: 'Whether they run the scripts of the service.',
      events: 'As in `GET /stats`; absent where the process delivers nothing.',
      intake: '`open`: it wants work. `starting`: not yet. `draining`: no more.',
    },
    list: {
      scheduledJobs: 'The messages of this page.',
      count:
        'How many match; with `tag`, `host` or a status but the failed, how many would without it.',
      nextCursor: 'Leads to the next page, as `cursor`; absent on the last.',
    },
    job: {
      messageId: 'The id of the message.',
      nextRun: 'When it is due next, in UTC; null when it has failed.',
      job: 'What will be done, in short.',
    },
    message: {
      id: 'Names the message.',
      status: 'Where it is in its life.',
      scheduleTo: 'When it was to be sent, as it was asked for.',
      nextRun:
        'When its next attempt is due, or the current one was, in UTC; null when it has failed.',
      webhookUrl:
        'Where it is sent. Values of query parameters that look secret are hidden: `***`.',
      method: 'How it is sent.',
      headers: 'Sent along. Values of headers that look secret are hidden: `***`.',
      payload: 'What the webhook gets as its body, as it was given: any JSON.',
      timeoutMs: 'An attempt takes no longer, in milliseconds.',
      retry: 'How often and when a failed attempt is repeated, where not as configured.',
      notAfter: 'Later than this it is not sent any more, in UTC.',
      metadata: 'Notes of the caller’s own.',
      tags: 'Words of the caller’s own.',
      traceparent: 'The trace context of the request that created it.',
      tracestate: 'The rest of that trace context.',
      createdAt: 'When it was stored, in UTC.',
      lastError: 'Why its last attempt failed.',
      attempts: 'The latest attempts, oldest first.',
    },
    attempt: {
      attempt: '1 for the first.',
      at: 'When it ended, in UTC.',
      outcome: 'How it ended.',
      statusCode: 'What the receiver answered; 0 when it did not.',
      lateness: 'From the due time until the request was sent, in milliseconds.',
      duration: 'From sending the request until its end, in milliseconds.',
      error: 'What went wrong; absent when nothing did.',
      answer: 'How the body of the receiver’s answer begins, up to 1 KiB; of failed attempts.',
    },
    delivery: { id: 'The id of the message.' },
    deliveries: {
      deliveries: 'The attempts of this page.',
      nextCursor: 'Leads to the next page, as `cursor`; absent on the last.',
    },
    stats: {
      messages: 'How many messages there are, by status.',
      due: 'How many messages fall due from now on, within a span of time.',
      oldestOverdueMs:
        'How long the first message that is not deferred has been due, in milliseconds; 0 when none is.',
      events: 'The expired-key events of Redis, as this process gets them.',
      receivers: 'Where webhooks go (scheme, host and port), as this process knows it.',
      alarms:
        'Names of the alarms that are raised: what is wrong with Redis although everything still works.',
      redisTime: 'The clock of Redis, which decides what is due, in UTC.',
    },
    counts: {
      scheduled: 'Waiting for their time.',
      delivering: 'Being sent right now.',
      failed: 'Kept after their last attempt.',
    },
    spans: {
      nextMinute: 'Within a minute.',
      nextHour: 'Within an hour.',
      nextDay: 'Within a day.',
    },
    events: {
      mode: '`on`: they arrive. `degraded`: they do not, and the timer does without. `unproven`: not known yet.',
      missed: 'Messages found overdue that no event had announced, since this process started.',
    },
    receivers: {
      deferred: 'Due messages that wait for a place at their receiver, as far as is remembered.',
      open: 'Receivers left alone for a while because they kept failing.',
      halfOpen: 'Those whose next attempt decides.',
      unwell: 'All of these, the one that failed last first; a hundred at most.',
    },
    unwell: {
      origin: 'Scheme, host and port.',
      state: '`open`: left alone. `half-open`: the next attempt decides.',
      failures: 'Failed attempts in a row.',
      probeInMs: 'In how many milliseconds it is tried again; 0 when it may be now.',
    },
    webhookKeys: {
      keys: 'The keys webhooks are signed with, the newest first; none, if with none.',
    },
    webhookKey: {
      kty: 'The kind of key (RFC 8037).',
      crv: 'The curve.',
      use: 'It verifies signatures.',
      kid: 'Names the key: its thumbprint (RFC 7638).',
      x: 'The public key, base64url.',
      whpk: 'The same as Standard Webhooks writes it.',
    },
    problem: {
      type: 'Nothing but the status says what kind of problem it is.',
      title: 'The kind of problem, in a few words.',
      status: 'The same as the status of the answer.',
      code: 'The reason, for programs.',
      detail: 'What is wrong, in words.',
      errors: 'Each field that is wrong, and why.',
      redis: 'Whether Redis answers, in a word; only of `GET /health`.',
      checks: 'What was looked at; only of `GET /readyz`.',
    },
    fault: {
      field: 'Name or path of the field, parameter or header.',
      detail: 'What is wrong with it, in words.',
    },
    schemas: {
      Document: 'An OpenAPI document.',
      Page: 'A page in HTML.',
      Metrics: 'Metrics in the text format of Prometheus.',
    },
  },
};
