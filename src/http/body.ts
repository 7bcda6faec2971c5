import type { Context, Middleware } from 'koa';
import bodyParser from 'koa-bodyparser';
import { LosslessNumber, parse, stringify } from 'lossless-json';
import { invalidField, ProblemError } from './problems.ts';

/** A number `JSON.parse` would not give back as it was written: 16 digits or more, a fraction, an exponent, −0. */
const INEXACT_NUMBER = /(?:"\s*:|[[,])\s*(?:-0|-?\d{16}|-?\d+[.eE])/;

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

/** Gives parts of a body as JSON text, every number as the client wrote it. */
export interface ExactBody {
  /**
   * @param path where the part is, such as `['messages', 3, 'payload']`
   * @throws ProblemError when it is nested too deeply to be written
   */
  text(path: readonly (string | number)[]): string;
}

/**
 * The exact text of a request's body: an id of 19 digits must not change on its way through, as it would
 * as a JavaScript number.
 */
export function exactBody({ request }: Context): ExactBody {
  const raw = String(request.rawBody);
  const exact = INEXACT_NUMBER.test(raw);
  let body: unknown = request.body;
  let parsed = !exact;
  return {
    text: (path) =>
      unlessTooDeep(path, () => {
        if (!parsed) {
          body = parseExactly(raw);
          parsed = true;
        }
        const part = path.reduce<unknown>((value, step) => (value as Parent)[step], body);
        return (exact ? stringify(part) : JSON.stringify(part)) ?? 'null';
      }),
  };
}

type Parent = Readonly<Record<string | number, unknown>>;

function parseExactly(raw: string): unknown {
  return parse(raw, null, {
    parseNumber: (digits) => new LosslessNumber(digits),
    // As `JSON.parse` does: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** `JSON.parse` survives any depth; reading exactly, and writing, do not. */
function unlessTooDeep(path: readonly (string | number)[], read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField(path.join('.'), 'nesting');
  }
}

function toProblem(error: Error & { status?: number }, limitBytes: number): ProblemError {
  if (error.status === 413) return new ProblemError('body-too-large', String(limitBytes));
  if (error.status === 415) return new ProblemError('unsupported-media-type');
  return new ProblemError('malformed-body', error.message);
}
