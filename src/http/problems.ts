import type { Middleware } from 'koa';
import {
  MessageError,
  NotDurableError,
  StoreFullError,
  StoreUnavailableError,
  UnsupportedDurabilityError,
} from '../domain/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  type FieldProblem,
  type FieldRule,
  fill,
  type Locale,
  type ProblemCode,
} from './locale/locale.ts';
import { requestIdOf } from './request-id.ts';

/** The one table of what each refusal is as an HTTP status. */
export const STATUS: Readonly<Record<ProblemCode, number>> = {
  unauthorized: 401,
  'missing-scope': 403,
  'rate-limited': 429,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'malformed-body': 400,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'malformed-request': 400,
  'request-timeout': 408,
  'headers-too-large': 431,
  'invalid-message': 422,
  'invalid-query': 422,
  'invalid-cursor': 400,
  'message-exists': 409,
  'message-not-found': 404,
  'message-in-flight': 409,
  'message-failed': 409,
  'message-not-failed': 409,
  'key-reused': 422,
  'store-unavailable': 503,
  'store-full': 503,
  'not-ready': 503,
  'not-durable': 503,
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
      const problem = explain(error, requestIdOf(ctx), log);
      ctx.state.problemCode = problem.code;
      ctx.status = STATUS[problem.code];
      const retryAfter = ctx.status === 503 ? { 'retry-after': '1' } : {};
      ctx.set({ ...retryAfter, ...problem.extras.headers });
      ctx.body = problemDocument(problem, locale);
      ctx.type = 'application/problem+json';
    }
  };
}

/** The problem behind whatever a request throws; a fault of ours goes to the log. */
export function explain(error: unknown, requestId: string, log: Logger): ProblemError {
  const problem = toProblem(error);
  if (problem.code === 'internal-error') log.error({ requestId, err: error }, 'request failed');
  return problem;
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof MessageError) return refusalProblem(error);
  if (error instanceof StoreUnavailableError) return new ProblemError('store-unavailable');
  if (error instanceof StoreFullError) return new ProblemError('store-full');
  if (error instanceof NotDurableError) return new ProblemError('not-durable', error.durability);
  if (error instanceof UnsupportedDurabilityError) return durabilityProblem(error);
  return new ProblemError('internal-error');
}

/** Only Redis knows what it can. */
function durabilityProblem({ reason }: UnsupportedDurabilityError): ProblemError {
  const field = { field: 'durability', rule: 'durability-here', limit: reason } as const;
  return new ProblemError('invalid-query', '', { fields: [field] });
}

/** The store refuses two things only Redis can judge; they are said of the field they are about. */
function refusalProblem({ code, id }: MessageError): ProblemError {
  if (code === 'in-past') return invalidField('scheduleTo', 'in-past');
  if (code === 'expires-first') return invalidField('notAfter', 'before-due');
  return new ProblemError(code, JSON.stringify(id));
}

/** A body that is well-formed but for one field. */
export function invalidField(field: string, rule: FieldRule, limit = ''): ProblemError {
  return new ProblemError('invalid-message', '', { fields: [{ field, rule, limit }] });
}

export function problemDocument(problem: ProblemError, locale: Locale): Record<string, unknown> {
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

/** Longest name of a field an answer repeats, in characters; who sent a longer one knows it by less. */
const NAME_LENGTH = 300;

function describeField({ field, rule, limit }: FieldProblem, locale: Locale) {
  const name = field.length > NAME_LENGTH ? `${field.slice(0, NAME_LENGTH)}…` : field;
  return {
    field: name === '' ? locale.body : name,
    detail: fill(locale.rules[rule], limit),
  };
}
