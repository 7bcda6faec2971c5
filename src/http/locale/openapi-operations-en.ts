import type { OperationTexts } from './openapi-texts.ts';

export const operationsEn: OperationTexts = {
  title: 'Scheduling API',
  about:
    'Send this payload to this URL at this time. Every refusal is a problem document (RFC 9457) whose ' +
    '`code` programs can rely on, and nothing is stored. Any other path answers 404, and any other method ' +
    '405, in the same way; where GET is taken, so is HEAD. A query parameter that is not described is ' +
    'refused with 422. Every answer has an `X-Request-Id`, by which the log knows the request.',
  token:
    'The value of the setting `API_TOKEN`, which may do anything, or a token of `API_TOKENS`, which may do what ' +
    'its scopes say: `read` looks, `write` creates, changes, removes and sends messages, `admin` removes and ' +
    'replays whatever filters select. Each operation names the one it needs.',
  groups: {
    one: 'One message',
    many: 'Many messages',
    looking: 'Looking',
    service: 'The service',
  },
  operations: {
    scheduleMessage: [
      'Schedules a message',
      'It is due at `scheduleTo`, or in `delay`. 201 means that it is stored, with all that it needs to be ' +
        'sent. To repeat a request safely, use `onConflict` or an `Idempotency-Key`.',
    ],
    scheduleBatch: [
      'Schedules many messages, each with a result of its own',
      'Each is treated as if sent alone; a bad one does not spoil the others. The results are in the order ' +
        'of the messages.',
    ],
    changeMessage: [
      'Changes a message that is scheduled',
      'All that is given changes at once, and the id stays. `null` sets an optional field back. A message ' +
        'that is being delivered or has failed is refused with 409.',
    ],
    cancelMessage: [
      'Cancels and removes a message',
      'In any state. When a delivery is under way it answers 202: that request cannot be recalled, but no ' +
        'further one follows.',
    ],
    fireMessage: [
      'Sends a scheduled message now',
      'It becomes due at once; what was asked for as `scheduleTo` stays to be seen.',
    ],
    replayMessage: [
      'Sends a failed message again',
      'It becomes due at once, with all its attempts before it again.',
    ],
    removeMessages: [
      'Removes every message that matches',
      'Works through a bounded number of messages: with a `nextCursor` in the answer there may be more, and ' +
        'the same request with it as `cursor` goes on.',
    ],
    replayMessages: [
      'Sends every failed message that matches again',
      'Works through a bounded number of messages: with a `nextCursor` in the answer there may be more, and ' +
        'the same request with it as `cursor` goes on. The filters belong in the query.',
    ],
    listMessages: [
      'Lists messages, the next due first',
      'Page by page: the `nextCursor` of an answer is the `cursor` of the next request, with the same ' +
        'filters. Such a walk comes by every message that stays where it is exactly once. `tag`, `host` and ' +
        'the statuses but the failed are looked up message by message, 10,000 a request at most: such a ' +
        'page may be short, or empty, though more follow.',
    ],
    readMessage: [
      'Shows everything that is stored of a message',
      'Its attempts included, and how late each was. What was never given is absent.',
    ],
    listDeliveries: [
      'Lists attempts to deliver, the newest first',
      'As many as the delivery log keeps: the setting `DELIVERY_LOG_LENGTH`.',
    ],
    readStats: [
      'Counts messages and tells how well it goes',
      'How many there are by status, how many are due soon, how long the oldest has been overdue, and ' +
        'whether the events of Redis arrive.',
    ],
    readHealth: [
      'Tells whether the service works',
      'For probes: 200 while Redis answers, otherwise 503.',
    ],
    readLiveness: [
      'Tells whether the process is alive',
      'For probes that restart it: 200 for as long as it answers at all, whatever is the matter with Redis.',
    ],
    readReadiness: [
      'Tells whether to send work to this process',
      'For probes that choose where requests go: 200 when Redis is reached, is master and runs the scripts, ' +
        'its events are proven or known to be missing, and no stop was asked for; otherwise 503, naming ' +
        'what is missing. What it says of Redis is up to a second old.',
    ],
    readMetrics: [
      'Tells what the service measures',
      'For Prometheus, which sends the token as credentials: what all processes behind this port have ' +
        'counted, and how it stands now. While Redis is away what it would tell is absent.',
    ],
    readDocument: [
      'This description, as OpenAPI 3.1',
      'Made from the schemas that check requests.',
    ],
    readDocs: [
      'This description, as a page to read',
      'Needs no script and nothing from the internet.',
    ],
    readWebhookKeys: [
      'The public keys that webhooks can be verified with',
      'For receivers that verify `v1a` signatures (ed25519) and hold no secret: a JWK Set (RFC 7517). While ' +
        'keys change there are several; each webhook is signed with all of them.',
    ],
  },
  successes: {
    Scheduled: 'The message is stored and will be sent.',
    KnownAlready: 'The id was taken: left as it is or replaced, as `onConflict` says.',
    Changed: 'The message is changed.',
    Fired: 'The message is due now.',
    Replayed: 'The message is due now, with all its attempts before it.',
    Removed: 'The message is removed and will not be sent.',
    RemovedInFlight: 'The message is removed, but a delivery was already under way.',
    RemovedMany: 'So many messages are removed.',
    ReplayedMany: 'So many messages are due again.',
    BatchResults: 'What became of each message.',
    Healthy: 'The service works and reaches Redis.',
    Alive: 'The process answers.',
    Ready: 'The process wants work.',
    Metrics: 'The metrics.',
    MessageList: 'One page of messages.',
    Message: 'The message.',
    DeliveryList: 'One page of attempts.',
    Stats: 'Counts and state, at the moment of `redisTime`.',
    Document: 'The OpenAPI document.',
    Page: 'The page.',
    WebhookKeys: 'The keys.',
  },
  headers: {
    Location: 'Where the message is found.',
    'Retry-After': 'Seconds after which to try again.',
    RateLimit:
      'What is left to this token: `r` requests at once; after `t` seconds as many as ever.',
    'RateLimit-Policy': 'What any token may do: `q` requests at once, and again after `w` seconds.',
    Allow: 'The methods this path takes.',
    'WWW-Authenticate': 'How to prove who you are.',
    'X-Request-Id':
      'The id of the request in the log: the `X-Request-Id` it came with (up to 128 letters, digits and ' +
      '`._:@/+=-`), or a new one.',
  },
  page: {
    contents: 'Contents',
    open: 'no token needed',
    token: 'needs a token with the scope',
    parameters: 'Parameters',
    body: 'Body',
    answers: 'Answers',
    schemas: 'Schemas',
    schema: 'As JSON Schema',
    required: 'required',
  },
};
