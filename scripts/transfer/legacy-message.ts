import { LosslessNumber, parse, stringify } from 'lossless-json';
import type { NewMessage } from '../../src/domain/message.ts';
import { parseScheduleTime } from '../../src/domain/schedule-time.ts';
import { en } from '../../src/http/locale/en.ts';
import { type FieldProblem, fill } from '../../src/http/locale/locale.ts';
import { ProblemError } from '../../src/http/problems.ts';
import type { NewMessageBody } from '../../src/http/schemas.ts';
import { createBodyChecks } from '../../src/http/validation.ts';
import { type LegacyEntry, legacyKey } from '../../src/store/legacy-source.ts';

/** What a string of the old service came to: a message, or why it is none. */
export type LegacyReading =
  | { readonly message: NewMessage; readonly text: string }
  | { readonly reason: string };

/** What the old service never left out. */
const OPTIONAL_IN_API = ['id', 'scheduleTo'] as const;

/** Nothing the old service kept depends on the configured timeout. */
const { newMessage: check } = createBodyChecks(Number.MAX_SAFE_INTEGER);

/** What the old service kept of a message. */
const FIELDS = ['id', 'scheduleTo', 'payload', 'webhookUrl'] as const;

/**
 * Reads a string of the old service by the rules of `POST /messages`. The payload keeps every number as
 * it is written. What else the object holds is left out, as the old service did.
 */
export function readLegacy({ key, text }: LegacyEntry): LegacyReading {
  if (text === undefined) return { reason: 'its key or text is not UTF-8' };
  try {
    return readMessage(key, text);
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function readMessage(key: string, text: string): LegacyReading {
  const parsed = parse(text, null, {
    parseNumber: (digits) => new LosslessNumber(digits),
    // As Python does: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
  if (!isObject(parsed)) return { reason: 'is no message: not a JSON object' };
  const known = FIELDS.filter((name) => Object.hasOwn(parsed, name));
  const body = checkWhole(Object.fromEntries(known.map((name) => [name, parsed[name]])));
  const { id = '', scheduleTo = '', webhookUrl } = body;
  if (legacyKey(id) !== key) return { reason: `holds another id: ${JSON.stringify(id)}` };
  const payload = stringify(body.payload) ?? 'null';
  const dueAt = parseScheduleTime(scheduleTo) ?? Number.NaN;
  return { message: { id, scheduleTo, dueAt, webhookUrl, payload }, text };
}

/**
 * Checks a message as the API does, and that nothing is missing: the API would make an id, and takes a
 * delay instead of a time.
 */
function checkWhole(body: Readonly<Record<string, unknown>>): NewMessageBody {
  const missing = OPTIONAL_IN_API.filter((name) => !Object.hasOwn(body, name));
  const fields: FieldProblem[] = missing.map((field) => ({ field, rule: 'required', limit: '' }));
  try {
    const checked = check(body);
    if (fields.length === 0) return checked;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    fields.push(...(error.extras.fields ?? []));
  }
  throw new ProblemError('invalid-message', '', { fields });
}

function isObject(value: unknown): value is Record<string, unknown> {
  const isScalar = typeof value !== 'object' || value === null || value instanceof LosslessNumber;
  return !isScalar && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return (error.extras.fields ?? []).map(describe).join('; ');
  if (error instanceof SyntaxError) return `is not JSON: ${error.message}`;
  if (error instanceof RangeError)
    return describe({ field: 'payload', rule: 'nesting', limit: '' });
  throw error;
}

function describe({ field, rule, limit }: FieldProblem): string {
  return `${field} ${fill(en.rules[rule], limit)}`;
}
