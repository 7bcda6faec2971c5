import type { Context, Middleware } from 'koa';
import bodyParser from 'koa-bodyparser';
import { LosslessNumber, parse, stringify } from 'lossless-json';
import { itemTexts } from './json-items.ts';
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

type Path = readonly (string | number)[];

/** Gives parts of a body as JSON text, every number as the client wrote it. */
export interface ExactBody {
  /**
   * @param path where the part is: `['payload']`, or `['messages', 3, 'payload']`
   * @throws ProblemError naming the last step when the part is nested too deeply to be written
   */
  text(path: Path): string;
}

/**
 * The exact text of a request's body: an id of 19 digits must not change on its way through, as it would
 * as a JavaScript number.
 */
export function exactBody({ request }: Context): ExactBody {
  const raw = String(request.rawBody);
  const whole = partReader(raw, request.body);
  if (!INEXACT_NUMBER.test(raw)) return { text: whole };
  let items: ((path: Path) => string)[] | undefined;
  return {
    // Items are read one by one: one that is nested too deeply spoils none of the others.
    text: ([first, index, ...rest]) => {
      if (first === undefined || index === undefined) return whole([first ?? '']);
      items ??= itemTexts(raw).map((item) => partReader(item, JSON.parse(item)));
      return items[Number(index)]?.(rest) ?? 'null';
    },
  };
}

/** @param plain the same as `raw`, as `JSON.parse` reads it */
function partReader(raw: string, plain: unknown): (path: Path) => string {
  const exact = INEXACT_NUMBER.test(raw);
  let root = exact ? undefined : plain;
  return (path) =>
    unlessTooDeep(path, () => {
      root ??= parseExactly(raw);
      const part = path.reduce<unknown>((value, step) => (value as Parent)[step], root);
      return (exact ? stringify(part) : JSON.stringify(part)) ?? 'null';
    });
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
function unlessTooDeep(path: Path, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField(String(path.at(-1) ?? ''), 'nesting');
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
