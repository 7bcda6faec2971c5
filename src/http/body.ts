import type { Context, Middleware } from 'koa';
import bodyParser from 'koa-bodyparser';
import { invalidField, ProblemError } from './problems.ts';

/** Reads a JSON body; anything else is refused with the reason. */
export function jsonBody(limitBytes: number): Middleware {
  const options: bodyParser.Options & { onProtoPoisoning: 'ignore' } = {
    enableTypes: ['json'],
    jsonLimit: String(limitBytes),
    strict: false,
    detectJSON: () => true,
    // A payload may have any member names; nothing here merges it into an object.
    onProtoPoisoning: 'ignore',
    onerror: (error) => {
      throw toProblem(error, limitBytes);
    },
  };
  const parser = bodyParser(options);
  return async (ctx, next) => {
    // `null`: no body at all, which the schema names better than a media type could.
    if (ctx.is('json', '+json') === false || !isUtf8(ctx.request.charset)) {
      throw new ProblemError('unsupported-media-type');
    }
    const chunks: Buffer[] = [];
    ctx.req.on('data', (chunk: Buffer) => chunks.push(chunk));
    await parser(ctx, () => {
      refuseMisread(ctx, chunks);
      return next();
    });
  };
}

/**
 * Goes before what acts on all that a query selects: filters in a body would be ignored, and more be
 * changed than was meant. What a client sends when it has nothing to say, `{}`, is let through.
 */
export const refuseBody: Middleware = ({ request, req }, next) => {
  const length = req.headers['transfer-encoding'] === undefined ? (request.length ?? 0) : Infinity;
  if (length > '{}'.length) throw invalidField('', 'unread-body');
  return next();
};

function isUtf8(charset: string): boolean {
  return /^(?:utf-?8|us-ascii)?$/i.test(charset);
}

/** Decoding replaces bytes that are no UTF-8; two ids could become one that way. */
function refuseMisread({ request, req }: Context, chunks: readonly Buffer[]): void {
  const replaced = String(request.rawBody).includes('\uFFFD');
  if (!replaced || (req.headers['content-encoding'] ?? 'identity') !== 'identity') return;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new ProblemError('malformed-body', 'invalid UTF-8');
  }
}

function toProblem(error: Error & { status?: number }, limitBytes: number): ProblemError {
  if (error.status === 413) return new ProblemError('body-too-large', String(limitBytes));
  if (error.status === 415) return new ProblemError('unsupported-media-type');
  return new ProblemError('malformed-body', withoutQuote(error.message));
}

/** What is wrong with JSON, less the piece of it that V8 quotes: it may be a part of a secret. */
function withoutQuote(message: string): string {
  return message.replace(/^(Unexpected token '.+?'), .*$/s, '$1');
}
