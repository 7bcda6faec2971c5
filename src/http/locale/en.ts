import type { Locale } from './locale.ts';

export const en: Locale = {
  words: {
    scheduled: 'scheduled',
    removed: 'deleted',
    changed: 'updated',
    fired: 'fired',
    replayed: 'replayed',
    healthy: 'healthy',
    connected: 'connected',
    disconnected: 'disconnected',
    alive: 'alive',
    ready: 'ready',
    removedInFlight:
      'A delivery of this message was already under way and cannot be recalled; no further one follows.',
  },
  statuses: { scheduled: 'scheduled', delivering: 'delivering', failed: 'failed' },
  problems: {
    unauthorized: [
      'Unauthorized',
      'Token missing or invalid: send the header Authorization: Bearer <token>',
    ],
    'missing-scope': [
      'Forbidden',
      'This token lacks the scope {0}; scopes are given by the setting API_TOKENS',
    ],
    'rate-limited': [
      'Too many requests',
      'This token has made more requests than it may; try again in {0} s',
    ],
    'route-not-found': ['Not found', 'There is nothing at {0}'],
    'method-not-allowed': ['Method not allowed', 'The method {0} is not accepted here'],
    'malformed-body': ['Malformed body', 'The body is not valid JSON: {0}'],
    'body-too-large': ['Body too large', 'The body is over the limit of {0} bytes'],
    'unsupported-media-type': [
      'Unsupported media type',
      'Send the body as JSON in UTF-8, with the header Content-Type: application/json',
    ],
    'malformed-request': [
      'Malformed request',
      'This is no HTTP request that can be understood; the connection is closed',
    ],
    'request-timeout': ['Request timeout', 'The request did not arrive whole in time'],
    'headers-too-large': [
      'Headers too large',
      'The path and the headers of the request take more room than is accepted',
    ],
    'invalid-message': ['Invalid message', '{0}'],
    'invalid-query': ['Invalid query', '{0}'],
    'invalid-cursor': ['Invalid cursor', '{0}'],
    'message-exists': ['Message exists', 'A message with the id {0} already exists'],
    'message-not-found': ['Message not found', 'There is no message with the id {0}'],
    'message-in-flight': [
      'Delivery under way',
      'A delivery of the message {0} is under way; try again when it is over',
    ],
    'message-failed': [
      'Message failed',
      'The message {0} has failed; to try it again use POST /messages/{id}/replay',
    ],
    'message-not-failed': [
      'Message not failed',
      'The message {0} is not among the failed ones; only those can be replayed',
    ],
    'key-reused': [
      'Idempotency key reused',
      'The Idempotency-Key of the message {0} was used with another request; use a new one',
    ],
    'store-unavailable': [
      'Service unavailable',
      'Redis cannot be reached at the moment; try again shortly',
    ],
    'store-full': [
      'Service out of space',
      'Redis is out of memory and the message was not stored; free memory or raise maxmemory',
    ],
    'not-ready': ['Not ready', 'Nothing should be sent here now: {0}'],
    'not-durable': [
      'Not durable in time',
      'Redis has done this, but {0} was not reached in time: it may stay done or be lost with a server; ' +
        'send the request again',
    ],
    'internal-error': ['Internal error', 'Internal error; its cause is in the log of the service'],
  },
  rules: {
    required: 'is required',
    unknown: 'is not a known field',
    type: 'must be of type {0}',
    'min-length': 'must have at least {0} character(s)',
    'max-length': 'must have at most {0} characters',
    'max-total': 'must have at most {0} characters in all, names and values together',
    'max-bytes': 'must take at most {0} bytes as JSON',
    'message-id': 'must not contain control characters or malformed Unicode, nor be . or ..',
    'due-time': 'must be an ISO 8601 date and time that exists, such as 2026-01-31T10:00:00-03:00',
    'webhook-url': 'must be a complete http:// or https:// URL without user name and password',
    'refused-destination':
      'leads to {0}, where the settings (WEBHOOK_NETWORKS and others) let no webhook go',
    nesting: 'is nested too deeply',
    minimum: 'must be at least {0}',
    maximum: 'must be at most {0}',
    choice: 'must be one of {0}',
    'min-items': 'must have at least {0} item',
    'max-items': 'must have at most {0} items',
    unique: 'must not repeat items',
    duration: 'must be milliseconds or an ISO 8601 duration that is not negative, such as PT5M',
    'header-name':
      'has a header whose name is invalid or reserved (webhook-*, host, content-length, hop-by-hop)',
    'header-value': 'has a value with control characters or beyond Latin-1',
    text: 'must not contain control characters or malformed Unicode',
    contradicts: 'cannot be given together with {0}',
    'in-past': 'has passed, and ifPast is "reject"',
    'before-due': 'is before the due time',
    'nothing-to-change': 'must have at least one field to change',
    masked: 'has *** where a secret is hidden: send the secret, or leave the field out',
    'unread-body': 'is not read here: filters belong in the query of the URL',
    'unknown-parameter': 'is not a known query parameter',
    repeated: 'must be given only once',
    destination:
      'must be a host name or IP address, with a port or without, such as example.com:8443',
    'later-than': 'must be later than {0}',
    durability: 'must be memory, replica:<n> (1 to 9) or fsync',
    'durability-here':
      'cannot be had from this Redis, which says "{0}": fsync needs Redis 7.2 or newer with appendonly ' +
      'yes, replica:<n> a user who may use WAIT and INFO',
    cursor:
      'must be a nextCursor of this very list, sent unchanged and with the same filters it came with',
  },
  body: 'body',
};
