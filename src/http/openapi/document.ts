import { type Locale, localeOf, type ProblemCode } from '../locale/locale.ts';
import { API_TEXTS, type ApiTexts, type Group } from '../locale/openapi-texts.ts';
import { answerExamples } from './answer-examples.ts';
import { answerHeaders } from './answer-headers.ts';
import { answerSchemas } from './answers.ts';
import type { Operation, Success } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import type { Json } from './portable.ts';
import { problemResponses, problemSchemas } from './problem-answers.ts';
import {
  parameters,
  queryParameters,
  REQUEST_EXAMPLES,
  reference,
  requestSchemas,
} from './requests.ts';

/** An OpenAPI document, as far as its own page and tests need to know it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
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

/** In the order in which they are shown. */
const GROUPS: readonly Group[] = ['one', 'many', 'looking', 'service'];

/** Answers to what no route takes, or is no request at all; they belong to no operation. */
const UNROUTED: Readonly<Record<string, ProblemCode>> = {
  MalformedRequest: 'malformed-request',
  RequestTimeout: 'request-timeout',
  HeadersTooLarge: 'headers-too-large',
  NotFound: 'route-not-found',
  MethodNotAllowed: 'method-not-allowed',
};

const HEADERS: Readonly<Record<keyof ApiTexts['headers'], Json>> = {
  Location: { type: 'string' },
  'Retry-After': { type: 'integer', minimum: 0 },
  'X-Request-Id': { type: 'string' },
  RateLimit: { type: 'string' },
  'RateLimit-Policy': { type: 'string' },
  Allow: { type: 'string' },
  'WWW-Authenticate': { type: 'string', pattern: '^Bearer' },
};

/** Describes the API as OpenAPI 3.1, from the schemas that check requests. */
export function describeApi(options: DocumentOptions): OpenApiDocument {
  const { version, operations = OPERATIONS } = options;
  const locale = localeOf(options.locale);
  const texts = API_TEXTS[options.locale];
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
    tags: GROUPS.map((group) => ({ name: texts.groups[group] })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: texts.token } },
      parameters: parameters(texts),
      headers: describeHeaders(texts),
      responses: unroutedResponses(locale),
      schemas: {
        ...requestSchemas(options.maxTimeoutMs, locale, texts),
        ...answerSchemas(locale, texts.answers),
        ...problemSchemas(locale, texts.answers),
      },
    },
  };
}

function describeHeaders({ headers }: ApiTexts): Record<string, Json> {
  const told = Object.entries(HEADERS) as [keyof typeof HEADERS, Json][];
  return Object.fromEntries(
    told.map(([name, schema]) => [name, { description: headers[name], schema }]),
  );
}

function describeOperation(operation: Operation, locale: Locale, texts: ApiTexts): Json {
  const { id, group, access, parameters = [], query, body, successes, problems } = operation;
  const [summary, description] = texts.operations[id];
  const described = [
    ...parameters.map((name) => reference('parameters', name)),
    ...(query === undefined ? [] : queryParameters(query, locale, texts)),
  ];
  return {
    operationId: id,
    tags: [texts.groups[group]],
    summary,
    description,
    security: access === 'open' ? [] : [{ bearer: [access] }],
    ...(described.length === 0 ? {} : { parameters: described }),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: {
      ...Object.fromEntries(
        successes.map((success) => [
          String(success.status),
          describeSuccess(success, locale, texts),
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

function describeSuccess(
  { name, schema = name, type = 'application/json', headers = [] }: Success,
  locale: Locale,
  texts: ApiTexts,
): Json {
  const example = answerExamples(locale)[schema];
  const media = {
    schema: reference('schemas', schema),
    ...(example === undefined ? {} : { example }),
  };
  return {
    description: texts.successes[name],
    headers: answerHeaders(headers),
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
