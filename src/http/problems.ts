import type { Middleware } from 'koa';
import { DomainError, MessageExistsError, MessageNotFoundError } from '../domain/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type FieldProblem, fill, type Locale, type ProblemCode } from './locale/locale.ts';

/** The one table of what each refusal is as an HTTP status. */
const STATUS: Readonly<Record<ProblemCode, number>> = {
  unauthorized: 401,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'malformed-body': 400,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'invalid-message': 422,
  'message-exists': 409,
  'message-not-found': 404,
  'store-unavailable': 503,
  'store-full': 503,
  'internal-error': 500,
};

/** What an answer to a refused request adds to code and detail. */
export interface ProblemExtras {
  readonly fields?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A request refused by the HTTP layer itself. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly subject: string;
  readonly extras: ProblemExtras;

  /** @param subject what the refusal is about: the `{0}` of the detail */
  constructor(code: ProblemCode, subject = '', extras: ProblemExtras = {}) {
    super(`${code} ${subject}`.trim());
    this.name = 'ProblemError';
    this.code = code;
    this.subject = subject;
    this.extras = extras;
  }
}

/** Turns whatever a request throws into an RFC 9457 problem document. */
export function problemAnswers(locale: Locale, log: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'internal-error') log.error({ err: error }, 'request failed');
      ctx.status = STATUS[problem.code];
      const retryAfter = ctx.status === 503 ? { 'retry-after': '1' } : {};
      ctx.set({ ...retryAfter, ...problem.extras.headers });
      ctx.body = problemDocument(problem, locale);
      ctx.type = 'application/problem+json';
    }
  };
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof MessageExistsError || error instanceof MessageNotFoundError) {
    return new ProblemError(error.code, JSON.stringify(error.id));
  }
  if (error instanceof DomainError) return new ProblemError(error.code);
  return new ProblemError('internal-error');
}

function problemDocument(problem: ProblemError, locale: Locale): Record<string, unknown> {
  const [title, detail] = locale.problems[problem.code];
  const fields = problem.extras.fields?.map((field) => describeField(field, locale));
  const subject = fields?.map(({ field, detail }) => `${field}: ${detail}`).join('; ');
  return {
    type: 'about:blank',
    title,
    status: STATUS[problem.code],
    code: problem.code,
    detail: fill(detail, subject ?? problem.subject),
    ...(fields === undefined ? {} : { errors: fields }),
    ...problem.extras.members,
  };
}

function describeField({ field, rule, limit }: FieldProblem, locale: Locale) {
  return {
    field: field === '' ? locale.body : field,
    detail: fill(locale.rules[rule], limit),
  };
}
