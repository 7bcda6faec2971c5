import type { Locale } from '../locale/locale.ts';
import { IDEMPOTENCY_KEY } from '../parameters.ts';
import { bodySchemas } from '../schemas.ts';
import { type Json, portable } from './portable.ts';

export const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** The bodies the API takes, from the schemas that check them; what these leave to code is added. */
export function requestSchemas(maxTimeoutMs: number, locale: Locale): Record<string, Json> {
  const { newMessage, changes, batch } = bodySchemas(maxTimeoutMs);
  const eitherTime = [{ required: ['scheduleTo'] }, { required: ['delay'] }];
  const { messages } = batch.properties;
  return {
    NewMessage: { ...portable(newMessage, locale), oneOf: eitherTime },
    Changes: {
      ...portable(changes, locale),
      minProperties: 1,
      not: { required: ['scheduleTo', 'delay'] },
    },
    Batch: {
      ...portable(batch, locale),
      properties: { messages: { ...messages, items: reference('schemas', 'NewMessage') } },
    },
  };
}

/** A request's query, from the schema that checks it. */
export function queryParameters(
  schema: { readonly properties: object; readonly required?: readonly string[] },
  locale: Locale,
): Json[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const { description, ...rest } = portable(property as Json, locale);
    const required = schema.required?.includes(name) ?? false;
    return { name, in: 'query', required, description, schema: rest };
  });
}

/** Parameters that no schema checks. */
export const PARAMETERS: Readonly<Record<string, Json>> = {
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of the message, percent-encoded.',
    schema: { type: 'string', minLength: 1 },
    example: '5511999999999@s.whatsapp.net',
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A repeat of the same request under the same key is answered like the first (201) and schedules nothing.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
    example: 'order-4711-reminder',
  },
};

/** A message to schedule, as an example. */
export const NEW_MESSAGE = {
  id: 'order-4711',
  scheduleTo: '2099-01-31T10:00:00-03:00',
  payload: { text: 'Olá!' },
  webhookUrl: 'https://example.com/hook',
} as const;

/** Examples of the bodies, by schema. */
export const REQUEST_EXAMPLES: Readonly<Record<string, Json>> = {
  NewMessage: {
    ...NEW_MESSAGE,
    headers: { 'x-source': 'shop' },
    retry: { maxAttempts: 5, backoff: { kind: 'exponential', baseMs: 1000, factor: 2 } },
    tags: ['reminder'],
  },
  Changes: { delay: 'PT5M', tags: null },
  Batch: {
    messages: [
      NEW_MESSAGE,
      { delay: 60_000, payload: null, webhookUrl: 'https://example.com/hook' },
    ],
  },
};
