import type { StoredFields, StoredMessage } from '../../src/store/transfer.ts';
import { UserError } from '../lib/user-error.mjs';

/** The name and version in the first line; a reader refuses versions above its own. */
const FORMAT = 'agendamento-export';
const VERSION = 1;

/** Claim scripts list ids line by line, keys are for people to read: none of these can be in an id. */
const NOT_IN_ID = /[\p{Cc}\p{Cs}]/u;

/** Epoch ms, and counts: more digits would not survive a double. */
const INTEGER = /^-?\d{1,15}$/;

/** Far over what any version writes, and well below what a Lua script can pass on at once. */
const MAX_FIELDS = 1000;

/** The first line of an export. */
export interface ExportHeader {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Of the service it was taken from; says nothing about where it may go. */
  readonly partitions: number;
  /** ISO 8601 in UTC. */
  readonly exportedAt: string;
}

/** What a line after the first one is. */
export type ExportLine =
  | { readonly kind: 'message'; readonly message: StoredMessage }
  | { readonly kind: 'end' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** The first line. */
export function headerLine(partitions: number, exportedAt: string): string {
  const header: ExportHeader = { format: FORMAT, version: VERSION, partitions, exportedAt };
  return `${JSON.stringify(header)}\n`;
}

/** A message: the fields of its hash, every value as text. */
export function messageLine(fields: StoredFields): string {
  return `${JSON.stringify(fields)}\n`;
}

/** The last line: without it an export was cut off. */
export function endLine(messages: number): string {
  return `${JSON.stringify({ end: true, messages })}\n`;
}

/**
 * Reads the first line.
 * @throws UserError when it is no export, or one that this version cannot read
 */
export function readHeader(text: string): ExportHeader {
  const header = parseObject(text);
  if (header?.format !== FORMAT) {
    throw new UserError(`this is no export: its first line is not {"format":"${FORMAT}",…}`);
  }
  if (header.version !== VERSION) {
    throw new UserError(
      `this export has the format version ${header.version}, and only ${VERSION} is known here: ` +
        'use the version of the service that wrote it, or a newer one',
    );
  }
  return header as unknown as ExportHeader;
}

/** Reads any line but the first. */
export function readLine(text: string): ExportLine {
  const object = parseObject(text);
  if (object === undefined) return malformed('is not a JSON object');
  if (object.end === true) return { kind: 'end' };
  return readMessage(object);
}

function readMessage(object: Record<string, unknown>): ExportLine {
  const entries = Object.entries(object);
  const other = entries.find(([, value]) => typeof value !== 'string');
  if (other !== undefined) return malformed(`${other[0]} is not a string`);
  if (entries.length > MAX_FIELDS) return malformed(`has more than ${MAX_FIELDS} fields`);
  const fields = object as StoredFields;
  const missing = ['id', 'scheduleTo', 'webhookUrl', 'payload', 'status'].find(
    (name) => fields[name] === undefined,
  );
  if (missing !== undefined) return malformed(`${missing} is missing`);
  return toMessage(fields);
}

function toMessage(fields: StoredFields): ExportLine {
  const { id = '', status = '', attempt = '0' } = fields;
  if (id === '' || NOT_IN_ID.test(id)) return malformed('id is empty or has control characters');
  if (!INTEGER.test(attempt)) return malformed('attempt is not a whole number');
  if (!['scheduled', 'delivering', 'failed'].includes(status)) {
    return malformed('status is none of scheduled, delivering, failed');
  }
  const failed = status === 'failed';
  const name = failed ? 'failedAt' : 'dueAt';
  const at = fields[name];
  if (at === undefined || !INTEGER.test(at)) return malformed(`${name} is not a time in epoch ms`);
  const target = failed ? 'failed' : 'scheduled';
  return { kind: 'message', message: { fields, id, status: target, at: Number(at) } };
}

function malformed(reason: string): ExportLine {
  return { kind: 'malformed', reason };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
