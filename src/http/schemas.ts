/** Most characters an id may have. */
const ID_MAX_LENGTH = 256;

/** Most characters a webhook URL may have. */
const URL_MAX_LENGTH = 2048;

/** Longest ISO 8601 text accepted, far over what any date needs. */
const TIME_MAX_LENGTH = 64;

/** The body of `POST /messages`. Formats are defined in `validation.ts`. */
export const NEW_MESSAGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'scheduleTo', 'payload', 'webhookUrl'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: ID_MAX_LENGTH, format: 'message-id' },
    scheduleTo: { type: 'string', maxLength: TIME_MAX_LENGTH, format: 'due-time' },
    payload: {},
    webhookUrl: { type: 'string', maxLength: URL_MAX_LENGTH, format: 'webhook-url' },
  },
} as const;

/** A body that the schema has let through; `payload` may be any JSON value. */
export interface NewMessageBody {
  readonly id: string;
  readonly scheduleTo: string;
  readonly payload: unknown;
  readonly webhookUrl: string;
}
