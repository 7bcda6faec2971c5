import type { Context } from 'koa';
import { LosslessNumber, parse, stringify } from 'lossless-json';
import { itemTexts } from './json-shape.ts';
import { invalidField, ProblemError } from './problems.ts';

/** A number `JSON.parse` would not give back as it was written: 16 digits or more, a fraction, an exponent, −0. */
const INEXACT_NUMBER = /(?:"\s*:|[[,])\s*(?:-0|-?\d{16}|-?\d+[.eE])/;

/**
 * Gives a field of a message as JSON text, every number as the client wrote it: an id of 19 digits must not
 * change on its way through, as it would as a JavaScript number. Without a name it gives the whole message.
 * @throws ProblemError naming the field when it is nested too deeply to be written
 */
export type TextOf = (field?: string) => string;

/** The texts of a body that is one message. */
export function exactBody({ request }: Context): TextOf {
  return textsOf(String(request.rawBody), request.body);
}

/**
 * The texts of each message of a batch. They are read one by one: one that is nested too deeply, or too
 * large, spoils none of the others.
 * @param limitBytes what a message may be large; more would keep the process busy for seconds
 * @returns by place of the message in the batch; what it gives throws ProblemError for one that is larger
 */
export function exactMessages({ request }: Context, limitBytes: number): (index: number) => TextOf {
  const raw = String(request.rawBody);
  const { messages } = request.body as { readonly messages: readonly unknown[] };
  const limited = (text: string) => {
    if (Buffer.byteLength(text) <= limitBytes) return text;
    throw new ProblemError('body-too-large', String(limitBytes));
  };
  if (!INEXACT_NUMBER.test(raw)) {
    return (index) => {
      const textOf = plainTexts(messages[index]);
      return (field) => limited(textOf(field));
    };
  }
  const items = itemTexts(raw);
  return (index) => textsOf(limited(items[index] ?? 'null'), messages[index]);
}

/** @param plain the same as `raw`, as `JSON.parse` reads it */
function textsOf(raw: string, plain: unknown): TextOf {
  if (!INEXACT_NUMBER.test(raw)) return plainTexts(plain);
  let message: unknown;
  return (field) =>
    unlessTooDeep(field, () => {
      message ??= parseExactly(raw);
      return stringify(partOf(message, field)) ?? 'null';
    });
}

function plainTexts(message: unknown): TextOf {
  return (field) => unlessTooDeep(field, () => JSON.stringify(partOf(message, field)) ?? 'null');
}

function partOf(message: unknown, field: string | undefined): unknown {
  return field === undefined ? message : (message as Readonly<Record<string, unknown>>)[field];
}

function parseExactly(raw: string): unknown {
  return parse(raw, null, {
    parseNumber: (digits) => new LosslessNumber(digits),
    // As `JSON.parse` does: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** `JSON.parse` survives any depth; reading exactly, and writing, do not. */
function unlessTooDeep(field: string | undefined, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField(field ?? '', 'nesting');
  }
}
