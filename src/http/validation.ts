import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isMessageId, isWebhookUrl, NOT_IN_TEXT } from '../domain/message-form.ts';
import { parseDelay, parseScheduleTime } from '../domain/schedule-time.ts';
import { isMaskedUrl, isSecretName, MASK } from '../runtime/secrets.ts';
import type { FieldProblem, FieldRule } from './locale/locale.ts';
import { invalidField, ProblemError } from './problems.ts';
import { type BatchBody, bodySchemas, type ChangesBody, type NewMessageBody } from './schemas.ts';

/** RFC 9110: a token. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Set by the connection (RFC 9110, 7.6.1) or by us; and a name that JavaScript objects lose on the way. */
const RESERVED_HEADER =
  /^(?:webhook-.*|host|content-length|expect|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|__proto__)$/i;

/** RFC 9110: visible Latin-1, spaces and tabs. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Most problems one answer names: enough to mend a body, far less than a hostile one could ask for. */
export const MAX_PROBLEMS = 20;

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'message-id': isMessageId,
  text: (text) => !NOT_IN_TEXT.test(text),
  'due-time': (text) => parseScheduleTime(text) !== undefined,
  duration: (text) => parseDelay(text, 0) !== undefined,
  'webhook-url': isWebhookUrl,
  'header-name': (name) => HEADER_NAME.test(name) && !RESERVED_HEADER.test(name),
  'header-value': (value) => HEADER_VALUE.test(value),
};

/** Checks of the bodies the API takes; each throws a ProblemError that names what is wrong, and why. */
export interface BodyChecks {
  readonly newMessage: (body: unknown) => NewMessageBody;
  readonly changes: (body: unknown) => ChangesBody;
  readonly batch: (body: unknown) => BatchBody;
}

/** Where webhooks may go, as far as a URL alone tells. */
export interface KnownDestinations {
  /** Why not to this host, as a parsed URL has it; `undefined` when they may, for all that is known. */
  refusalOfHost(hostname: string): string | undefined;
}

/** All that is not known yet is found out when the message is sent. */
const ANYWHERE: KnownDestinations = { refusalOfHost: () => undefined };

/**
 * @param maxTimeoutMs the longest timeout a message may ask for
 * @param destinations where webhooks may go; anywhere, unless given
 */
export function createBodyChecks(maxTimeoutMs: number, destinations = ANYWHERE): BodyChecks {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
  for (const [name, check] of Object.entries(FORMATS)) ajv.addFormat(name, check);
  const schemas = bodySchemas(maxTimeoutMs);
  const permitted =
    <T extends Content>(check: (body: unknown) => T) =>
    (whole: unknown): T => {
      const body = check(whole);
      refuseMasked(body);
      if (body.webhookUrl !== undefined) refuseDestination(body.webhookUrl, destinations);
      return body;
    };
  return {
    newMessage: permitted(checker(ajv.compile<NewMessageBody>(schemas.newMessage))),
    changes: permitted(checker(ajv.compile<ChangesBody>(schemas.changes))),
    batch: checker(ajv.compile<BatchBody>(schemas.batch)),
  };
}

function checker<T>(validate: ValidateFunction<T>): (body: unknown) => T {
  return (whole) => {
    const body: unknown = withoutSurplus(whole);
    if (validate(body)) return body;
    const fields = (validate.errors ?? []).flatMap(toFieldProblem).slice(0, MAX_PROBLEMS);
    throw new ProblemError('invalid-message', '', { fields });
  };
}

/** More than any object or list in order has: to say of each of a million what is wrong takes seconds. */
const SURPLUS = 200;

/** Where a body has lists of its own; a payload may be of any size. */
const LISTS = ['headers', 'metadata', 'tags', 'retry'] as const;

/** The body, or so much of one with far too many members that it is refused all the same. */
function withoutSurplus(whole: unknown): unknown {
  const body = cut(whole);
  if (typeof body !== 'object' || body === null) return body;
  const lists = body as Readonly<Record<string, unknown>>;
  const shortened = LISTS.map((name) => [name, cut(lists[name])] as const);
  const changed = shortened.filter(([name, list]) => list !== lists[name]);
  return changed.length === 0 ? body : { ...body, ...Object.fromEntries(changed) };
}

function cut(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length > SURPLUS ? value.slice(0, SURPLUS) : value;
  if (Object.keys(value).length <= SURPLUS) return value;
  return Object.fromEntries(Object.entries(value).slice(0, SURPLUS));
}

type Content = Pick<ChangesBody, 'webhookUrl' | 'headers'>;

/** Whoever sends back what was shown of a message would replace its secrets by what hides them. */
function refuseMasked({ webhookUrl = '', headers }: Content): void {
  const masked = Object.entries(headers ?? {})
    .filter(([name, value]) => value === MASK && isSecretName(name))
    .map(([name]) => `headers.${name}`);
  if (webhookUrl.includes(MASK) && isMaskedUrl(webhookUrl)) masked.push('webhookUrl');
  if (masked.length === 0) return;
  const fields = masked.map((field) => ({ field, rule: 'masked', limit: '' }) as const);
  throw new ProblemError('invalid-message', '', { fields });
}

/** What is only found out by connecting is refused then. */
function refuseDestination(webhookUrl: string, destinations: KnownDestinations): void {
  const { hostname } = new URL(webhookUrl);
  if (destinations.refusalOfHost(hostname) === undefined) return;
  throw invalidField('webhookUrl', 'refused-destination', hostname);
}

/** Rules by the JSON Schema keyword that enforces them, where the limit stands in its parameters. */
const RULES: Readonly<Record<string, [FieldRule, param: string]>> = {
  type: ['type', 'type'],
  minLength: ['min-length', 'limit'],
  maxLength: ['max-length', 'limit'],
  minimum: ['minimum', 'limit'],
  maximum: ['maximum', 'limit'],
  enum: ['choice', 'allowedValues'],
  const: ['choice', 'allowedValue'],
  minItems: ['min-items', 'limit'],
  maxItems: ['max-items', 'limit'],
  maxProperties: ['max-items', 'limit'],
  uniqueItems: ['unique', ''],
};

/** The field an error is about: where it is or, for one missing or unknown, its name. */
export function toFieldProblem({
  keyword,
  instancePath,
  params,
  propertyName,
}: ErrorObject): FieldProblem[] {
  // It only says that a name failed, which has an error of its own.
  if (keyword === 'propertyNames') return [];
  const at = [...instancePath.split('/').slice(1), propertyName ?? []].flat();
  switch (keyword) {
    case 'required':
      return [{ field: path([...at, params.missingProperty]), rule: 'required', limit: '' }];
    case 'additionalProperties':
      return [{ field: path([...at, params.additionalProperty]), rule: 'unknown', limit: '' }];
    case 'format':
      return [{ field: path(at), rule: params.format as FieldRule, limit: '' }];
    default: {
      const [rule, param] = RULES[keyword] ?? ['type', 'type'];
      return [{ field: path(at), rule, limit: [params[param] ?? ''].flat().join(', ') }];
    }
  }
}

/** A place in the body, as callers write it: `retry.backoff.kind`. */
function path(parts: string[]): string {
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}
