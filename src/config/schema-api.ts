import { integer, secret } from './schema-kinds.ts';

/** How the API listens, and whom it answers. */
export interface ApiSettings {
  API_HOST: string;
  API_PORT: number;
  API_TOKEN?: string;
  API_TOKENS?: string;
  API_LOCALE: 'pt-BR' | 'en';
  API_BODY_LIMIT_BYTES: number;
  API_BATCH_LIMIT_BYTES: number;
  API_REQUEST_TIMEOUT_MS: number;
  API_RATE_LIMIT: number;
  API_RATE_BURST?: number;
}

/** Their part of the schema. */
export const API_PROPERTIES = {
  API_HOST: { type: 'string', default: '0.0.0.0', description: 'Address the API listens on.' },
  API_PORT: integer(0, 65535, 8000, 'Port the API listens on; 0 takes a free one.'),
  API_TOKEN: {
    ...secret(
      'The token callers send as `Authorization: Bearer <token>`: visible ASCII, no spaces. It may do ' +
        'anything. Not needed where API_TOKENS has one.',
    ),
    pattern: '^[!-~]+$',
  },
  API_TOKENS: secret(
    'More tokens, separated by commas or line ends: `name:scopes:token` or ' +
      '`name:scopes:sha256=<hash>`; scopes are `read`, `write` and `admin`, joined by `+`.',
  ),
  API_LOCALE: {
    type: 'string',
    enum: ['pt-BR', 'en'],
    default: 'pt-BR',
    description: 'Language of the words in answers.',
  },
  API_BODY_LIMIT_BYTES: integer(
    1024,
    64 * 1024 * 1024,
    256 * 1024,
    'Largest request body accepted, and largest message of a batch.',
  ),
  API_BATCH_LIMIT_BYTES: integer(
    1024,
    256 * 1024 * 1024,
    8 * 1024 * 1024,
    'Largest body of a batch accepted.',
  ),
  API_REQUEST_TIMEOUT_MS: integer(
    1000,
    600_000,
    30_000,
    'A caller may take this long to send a request; its head must be in within 10 s.',
  ),
  API_RATE_LIMIT: {
    type: 'number',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description:
      'Requests a second that each token may make of each process; a batch counts as its messages. ' +
      '0: as many as it likes.',
  },
  API_RATE_BURST: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    description:
      'Requests a token may make at once, after it has made none for a while. Default: those of a second.',
  },
} as const;
