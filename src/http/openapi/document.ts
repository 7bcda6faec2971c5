import { type Locale, localeOf, type ProblemCode } from '../locale/locale.ts';
import { answerExamples } from './answer-examples.ts';
import { answerSchemas } from './answers.ts';
import { OPERATIONS, type Operation, type Success } from './operations.ts';
import type { Json } from './portable.ts';
import { problemResponses, problemSchemas } from './problem-answers.ts';
import {
  PARAMETERS,
  queryParameters,
  REQUEST_EXAMPLES,
  reference,
  requestSchemas,
} from './requests.ts';
import { TEXTS, type Texts } from './texts.ts';

/** An OpenAPI document, as far as its own page and tests need to know it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export interface DocumentOptions {
  readonly locale: 'pt-BR' | 'en';
  /** The longest timeout a message may ask for, in ms. */
  readonly maxTimeoutMs: number;
  /** Of the service. */
  readonly version: string;
  /** What to describe; every operation the router has, unless given. */
  readonly operations?: readonly Operation[];
}

/** Answers to what no route takes; they belong to no operation. */
const UNROUTED: Readonly<Record<string, ProblemCode>> = {
  NotFound: 'route-not-found',
  MethodNotAllowed: 'method-not-allowed',
};

const HEADERS = {
  Location: { description: 'Where the message is found.', schema: { type: 'string' } },
  'Retry-After': {
    description: 'Seconds after which to try again.',
    schema: { type: 'integer', minimum: 0 },
  },
  Allow: { description: 'The methods this path takes.', schema: { type: 'string' } },
  'WWW-Authenticate': {
    description: 'How to prove who you are.',
    schema: { type: 'string', const: 'Bearer' },
  },
};

/** Describes the API as OpenAPI 3.1, from the schemas that check requests. */
export function describeApi(options: DocumentOptions): OpenApiDocument {
  const { version, operations = OPERATIONS } = options;
  const locale = localeOf(options.locale);
  const texts = TEXTS[options.locale];
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    paths[operation.path] = methods;
    methods[operation.method] = describeOperation(operation, locale, texts);
  }
  return {
    openapi: '3.1.0',
    info: { title: texts.title, version, description: texts.about },
    ...{ servers: [{ url: '/' }] },
    ...{ security: [{ bearer: [] }] },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'API_TOKEN' } },
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: unroutedResponses(locale),
      schemas: {
        ...requestSchemas(options.maxTimeoutMs, locale),
        ...answerSchemas(locale),
        ...problemSchemas(locale),
        Document: { type: 'object', description: 'An OpenAPI document.' },
        Page: { type: 'string' },
      },
    },
  };
}

function describeOperation(operation: Operation, locale: Locale, texts: Texts): Json {
  const { id, open, parameters = [], query, body, successes, problems } = operation;
  const described = [
    ...parameters.map((name) => reference('parameters', name)),
    ...(query === undefined ? [] : queryParameters(query, locale)),
  ];
  return {
    operationId: id,
    summary: texts.summaries[id],
    ...(open ? { security: [] } : {}),
    ...(described.length === 0 ? {} : { parameters: described }),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: {
      ...Object.fromEntries(
        successes.map((success) => [
          String(success.status),
          describeSuccess(success, answerExamples(locale)[success.schema]),
        ]),
      ),
      ...problemResponses(problems, locale),
    },
  };
}

function describeBody(schema: string): Json {
  const content = { schema: reference('schemas', schema), example: REQUEST_EXAMPLES[schema] };
  return { required: true, content: { 'application/json': content } };
}

const SUCCESSES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  207: 'Multi-Status',
};

function describeSuccess(
  { status, schema, type = 'application/json', headers = [] }: Success,
  example: Json | undefined,
): Json {
  const media = {
    schema: reference('schemas', schema),
    ...(example === undefined ? {} : { example }),
  };
  const carried = headers.map((name) => [name, reference('headers', name)]);
  return {
    description: SUCCESSES[status] ?? schema,
    ...(carried.length === 0 ? {} : { headers: Object.fromEntries(carried) }),
    content: { [type]: media },
  };
}

function unroutedResponses(locale: Locale): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(UNROUTED).map(([name, code]) => {
      const [response = {}] = Object.values(problemResponses([code], locale));
      return [name, response];
    }),
  );
}
