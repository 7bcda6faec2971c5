import type { Locale } from './locale.ts';

export const en: Locale = {
  words: {
    scheduled: 'scheduled',
    removed: 'deleted',
    healthy: 'healthy',
    connected: 'connected',
    disconnected: 'disconnected',
    removedInFlight:
      'A delivery of this message was already under way and cannot be recalled; no further one follows.',
  },
  problems: {
    unauthorized: [
      'Unauthorized',
      'Token missing or invalid: send the header Authorization: Bearer <API_TOKEN>',
    ],
    'route-not-found': ['Not found', 'There is nothing at {0}'],
    'method-not-allowed': ['Method not allowed', 'The method {0} is not accepted here'],
    'malformed-body': ['Malformed body', 'The body is not valid JSON: {0}'],
    'body-too-large': ['Body too large', 'The body is over the limit of {0} bytes'],
    'unsupported-media-type': [
      'Unsupported media type',
      'Send the body as JSON in UTF-8, with the header Content-Type: application/json',
    ],
    'invalid-message': ['Invalid message', '{0}'],
    'message-exists': ['Message exists', 'A message with the id {0} already exists'],
    'message-not-found': ['Message not found', 'There is no message with the id {0}'],
    'store-unavailable': [
      'Service unavailable',
      'Redis cannot be reached at the moment; try again shortly',
    ],
    'store-full': [
      'Service out of space',
      'Redis is out of memory and the message was not stored; free memory or raise maxmemory',
    ],
    'internal-error': ['Internal error', 'Internal error; its cause is in the log of the service'],
  },
  rules: {
    required: 'is required',
    unknown: 'is not a known field',
    type: 'must be of type {0}',
    'min-length': 'must have at least {0} character(s)',
    'max-length': 'must have at most {0} characters',
    'message-id': 'must not contain control characters or malformed Unicode, nor be . or ..',
    'due-time': 'must be an ISO 8601 date and time that exists, such as 2026-01-31T10:00:00-03:00',
    'webhook-url': 'must be a complete http:// or https:// URL without user name and password',
    nesting: 'is nested too deeply',
  },
  body: 'body',
};
