import { DURABILITY } from '../../domain/durability.ts';
import { DESTINATION } from '../../domain/message-filter.ts';
import { DUE_TIME } from '../../domain/schedule-time.ts';
import type { FieldRule, Locale } from '../locale/locale.ts';
import { HEADER_NAME, HEADER_VALUE } from '../validation.ts';

/** A JSON Schema, or another object of the document. */
export type Json = Readonly<Record<string, unknown>>;

/** What the formats only this service knows are to everyone else. Patterns may accept a little more. */
const PORTABLE: Readonly<Partial<Record<FieldRule, Json>>> = {
  'message-id': { pattern: '^(?!\\.{1,2}$)[^\\p{Cc}\\p{Cs}]*$' },
  text: { pattern: '^[^\\p{Cc}\\p{Cs}]*$' },
  'due-time': { pattern: DUE_TIME.source },
  duration: { format: 'duration' },
  'webhook-url': { format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' },
  'header-name': { pattern: HEADER_NAME.source },
  'header-value': { pattern: HEADER_VALUE.source },
  durability: { pattern: DURABILITY.source },
  destination: { pattern: DESTINATION.source.replaceAll('a-f', 'A-Fa-f') },
};

/**
 * A schema as any tool understands it: each format of our own becomes a pattern, or a format that is
 * common, and is described in the words with which a value is refused.
 * @throws Error for a format that is not known here
 */
export function portable(schema: Json, { rules }: Pick<Locale, 'rules'>): Json {
  const translate = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(translate);
    if (typeof value !== 'object' || value === null) return value;
    const { format, ...rest } = Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, translate(part)]),
    );
    if (format === undefined) return rest;
    // A property called `format` is no keyword.
    if (typeof format !== 'string') return { ...rest, format };
    const common = PORTABLE[format as FieldRule];
    if (common === undefined) throw new Error(`the format ${format} cannot be described`);
    const description = withRule(rest.description, rules[format as FieldRule]);
    return { ...rest, ...common, description };
  };
  return translate(schema) as Json;
}

/** A description, and after it the rule that a value must follow as a sentence. */
export function withRule(description: unknown, rule: string): string {
  const sentence = `${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`;
  return description === undefined ? sentence : `${String(description)} ${sentence}`;
}
