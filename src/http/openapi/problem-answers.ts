import type { Locale, ProblemCode } from '../locale/locale.ts';
import type { AnswerTexts } from '../locale/openapi-texts.ts';
import { ProblemError, problemDocument, STATUS } from '../problems.ts';
import { READY_CHECKS } from './answer-examples.ts';
import { answerHeaders } from './answer-headers.ts';
import { closed } from './answers.ts';
import type { Json } from './portable.ts';
import { reference } from './requests.ts';

/** Names of headers, by status. */
const HEADERS: Readonly<Partial<Record<number, readonly string[]>>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

/** An RFC 9457 problem document, whatever the reason. */
export function problemSchemas({ problems }: Locale, texts: AnswerTexts): Record<string, Json> {
  const text = { type: 'string' };
  const properties = {
    type: { const: 'about:blank' },
    title: text,
    status: { type: 'integer', enum: [...new Set(Object.values(STATUS))] },
    code: { type: 'string', enum: Object.keys(problems) },
    detail: text,
    errors: { type: 'array', items: closed(texts.fault, { field: text, detail: text }) },
    redis: text,
    checks: reference('schemas', 'Checks'),
  };
  return { Problem: closed(texts.problem, properties, ['errors', 'redis', 'checks']) };
}

/** Groups reasons by the status they are answered with. */
export function problemResponses(
  codes: readonly ProblemCode[],
  locale: Locale,
): Record<string, Json> {
  const statuses = [...new Set(codes.map((code) => STATUS[code]))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      problemResponse(
        status,
        codes.filter((code) => STATUS[code] === status),
        locale,
      ),
    ]),
  );
}

function problemResponse(status: number, codes: readonly ProblemCode[], locale: Locale): Json {
  const properties = { status: { const: status }, code: { enum: codes } };
  const examples = codes.map((code) => [code, { value: exampleOf(code, locale) }]);
  return {
    description: codes.map((code) => locale.problems[code][0]).join('; '),
    headers: answerHeaders(HEADERS[status] ?? []),
    content: {
      'application/problem+json': {
        schema: { allOf: [reference('schemas', 'Problem'), { type: 'object', properties }] },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** What the example of a refusal is about; most name a message. */
const SUBJECTS: Readonly<Partial<Record<ProblemCode, ProblemError>>> = {
  'invalid-message': withField('invalid-message', 'scheduleTo', 'required'),
  'invalid-query': withField('invalid-query', 'colour', 'unknown-parameter'),
  'invalid-cursor': withField('invalid-cursor', 'cursor', 'cursor'),
  'missing-scope': new ProblemError('missing-scope', 'admin'),
  'rate-limited': new ProblemError('rate-limited', '2'),
  'malformed-body': new ProblemError('malformed-body', 'Unexpected end of JSON input'),
  'body-too-large': new ProblemError('body-too-large', '1048576'),
  'route-not-found': new ProblemError('route-not-found', '/nowhere'),
  'method-not-allowed': new ProblemError('method-not-allowed', 'PUT'),
  'not-ready': new ProblemError('not-ready', 'intake: draining', {
    members: { checks: { ...READY_CHECKS, intake: 'draining' } },
  }),
};

function withField(
  code: ProblemCode,
  field: string,
  rule: 'required' | 'unknown-parameter' | 'cursor',
): ProblemError {
  return new ProblemError(code, '', { fields: [{ field, rule, limit: '' }] });
}

function exampleOf(code: ProblemCode, locale: Locale): Json {
  return problemDocument(SUBJECTS[code] ?? new ProblemError(code, '"order-4711"'), locale);
}
