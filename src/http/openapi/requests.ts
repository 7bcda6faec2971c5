import { fill, type Locale } from '../locale/locale.ts';
import type { FieldTexts } from '../locale/openapi-texts.ts';
import { IDEMPOTENCY_KEY } from '../parameters.ts';
import { bodySchemas, LIMITS } from '../schemas.ts';
import { type Json, portable, withRule } from './portable.ts';

export const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** The bodies the API takes, from the schemas that check them; what these leave to code is added. */
export function requestSchemas(
  maxTimeoutMs: number,
  locale: Locale,
  texts: FieldTexts,
): Record<string, Json> {
  const told = bodyTexts(locale, texts);
  const describe = (schema: Json) => portable(withTexts(schema, told), locale);
  const { newMessage, changes, batch } = bodySchemas(maxTimeoutMs);
  const eitherTime = [{ required: ['scheduleTo'] }, { required: ['delay'] }];
  const messages = { ...batch.properties.messages, items: reference('schemas', 'NewMessage') };
  return {
    NewMessage: { ...describe(newMessage), oneOf: eitherTime },
    Changes: {
      ...describe(changes),
      minProperties: 1,
      not: { required: ['scheduleTo', 'delay'] },
    },
    Batch: describe({ ...batch, properties: { messages } }),
  };
}

/** What is said of the fields of bodies, with the limits that no schema can express. */
function bodyTexts({ rules }: Locale, { body }: FieldTexts): FieldTexts['body'] {
  const { headersLength, metadataBytes } = LIMITS;
  return {
    ...body,
    headers: withRule(body.headers, fill(rules['max-total'], String(headersLength))),
    metadata: withRule(body.metadata, fill(rules['max-bytes'], String(metadataBytes))),
  };
}

/**
 * A schema whose properties say what they are, those of its properties included.
 * @throws Error for a property of which nothing is said
 */
function withTexts(schema: Json, texts: Readonly<Record<string, string>>): Json {
  if (schema.properties === undefined) return schema;
  const properties = Object.entries(schema.properties as Record<string, Json>).map(
    ([name, property]) => {
      const description = texts[name];
      if (description === undefined) throw new Error(`nothing is said of ${name}`);
      return [name, { description, ...withTexts(property, texts) }] as const;
    },
  );
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** A request's query, from the schema that checks it. */
export function queryParameters(
  schema: { readonly properties: object; readonly required?: readonly string[] },
  locale: Locale,
  texts: FieldTexts,
): Json[] {
  const { properties } = portable(withTexts(schema as unknown as Json, texts.query), locale);
  return Object.entries(properties as Record<string, Json>).map(([name, property]) => {
    const { description, ...rest } = property;
    const required = schema.required?.includes(name) ?? false;
    return { name, in: 'query', required, description, schema: rest };
  });
}

/** Of the W3C's trace context; any text is taken. */
const traceHeader = (name: 'traceparent' | 'tracestate', description: string): Json => ({
  ...{ name, in: 'header', required: false, description },
  schema: { type: 'string' },
  example: TRACE[name],
});

/** Parameters that no schema checks. */
export function parameters({ parameters: told }: FieldTexts): Readonly<Record<string, Json>> {
  return {
    id: {
      name: 'id',
      in: 'path',
      required: true,
      description: told.id,
      schema: { type: 'string', minLength: 1 },
      example: '5511999999999@s.whatsapp.net',
    },
    idempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: told.idempotencyKey,
      schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
      example: 'order-4711-reminder',
    },
    traceparent: traceHeader('traceparent', told.traceparent),
    tracestate: traceHeader('tracestate', told.tracestate),
  };
}

/** The example of the specification. */
export const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'rojo=00f067aa0ba902b7',
} as const;

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
