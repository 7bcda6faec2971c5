import { parse } from 'node:querystring';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isDurability } from '../domain/durability.ts';
import { parseDestination } from '../domain/message-filter.ts';
import { parseScheduleTime } from '../domain/schedule-time.ts';
import type { FieldProblem } from './locale/locale.ts';
import { ProblemError } from './problems.ts';
import {
  type BulkParameters,
  CHANGE_QUERY_SCHEMA,
  type ChangeParameters,
  DELIVERIES_QUERY_SCHEMA,
  type DeliveriesParameters,
  LISTING_QUERY_SCHEMA,
  type ListingParameters,
  NO_QUERY_SCHEMA,
  REMOVE_QUERY_SCHEMA,
  REPLAY_QUERY_SCHEMA,
  SCHEDULE_QUERY_SCHEMA,
  type ScheduleParameters,
} from './query-schemas.ts';
import { MAX_PROBLEMS, toFieldProblem } from './validation.ts';

const ajv = new Ajv({ allErrors: true, useDefaults: true });
ajv.addFormat('due-time', (text: string) => parseScheduleTime(text) !== undefined);
ajv.addFormat('durability', isDurability);
ajv.addFormat('destination', (text: string) => parseDestination(text) !== undefined);

/** Takes a query as it stands in the URL, without its question mark. */
type Check<T> = (querystring: string) => T;

/** Checks the query of what schedules. @throws ProblemError naming every parameter that is wrong */
export const checkScheduleQuery: Check<ScheduleParameters> = checker(SCHEDULE_QUERY_SCHEMA);

/** Checks the query of what changes one message. @throws ProblemError as above */
export const checkChangeQuery: Check<ChangeParameters> = checker(CHANGE_QUERY_SCHEMA);

/** Checks the query of `GET /messages`. @throws ProblemError as above */
export const checkListingQuery: Check<ListingParameters> = checker(LISTING_QUERY_SCHEMA);

/** Checks the query of `DELETE /messages`. @throws ProblemError as above */
export const checkRemoveQuery: Check<BulkParameters> = checker(REMOVE_QUERY_SCHEMA);

/** Checks the query of `POST /messages/replay`. @throws ProblemError as above */
export const checkReplayQuery: Check<BulkParameters> = checker(REPLAY_QUERY_SCHEMA);

/** Checks the query of `GET /deliveries`. @throws ProblemError as above */
export const checkDeliveriesQuery: Check<DeliveriesParameters> = checker(DELIVERIES_QUERY_SCHEMA);

/** Checks that there is no query. @throws ProblemError naming every parameter there is */
export const checkNoQuery: Check<object> = checker(NO_QUERY_SCHEMA);

/** A span of time, epoch ms: from its start on, before its end. */
export interface TimeSpan {
  readonly from?: number;
  readonly to?: number;
}

/**
 * Reads the two ends of a span of time.
 * @param names what the two parameters are called, for a refusal
 * @throws ProblemError when it ends before it begins, or then
 */
export function readSpan(
  [fromName, toName]: readonly [string, string],
  fromText: string | undefined,
  toText: string | undefined,
): TimeSpan {
  const from = fromText === undefined ? undefined : parseScheduleTime(fromText);
  const to = toText === undefined ? undefined : parseScheduleTime(toText);
  if (from !== undefined && to !== undefined && to <= from) {
    throw invalidQuery([{ field: toName, rule: 'later-than', limit: fromName }]);
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function checker<T>(schema: { readonly properties: object }): Check<T> {
  const integers = integerNames(schema.properties);
  const validate = ajv.compile(schema) as ValidateFunction<T>;
  return (querystring) => {
    // Koa's own reading of a query takes time that grows with the square of its parameters.
    const given = Object.entries(parse(querystring, '&', '=', { maxKeys: 0 }));
    const repeated = given.filter(([, value]) => Array.isArray(value)).map(([name]) => name);
    const single = given.filter(([, value]) => !Array.isArray(value));
    const parameters: unknown = Object.fromEntries(
      single.map(([name, value]) => [name, integers.has(name) ? toInteger(value) : value]),
    );
    const valid = validate(parameters);
    const problems: FieldProblem[] = [
      ...repeated.map((field) => ({ field, rule: 'repeated', limit: '' }) as const),
      // What was given twice is not missing.
      ...(validate.errors ?? [])
        .flatMap(toParameterProblem)
        .filter(({ field }) => !repeated.includes(field)),
    ];
    if (valid && problems.length === 0) return parameters;
    throw invalidQuery(problems.slice(0, MAX_PROBLEMS));
  };
}

function invalidQuery(fields: FieldProblem[]): ProblemError {
  return new ProblemError('invalid-query', '', { fields });
}

function integerNames(properties: object): ReadonlySet<string> {
  const integers = Object.entries(properties).filter(([, { type }]) => type === 'integer');
  return new Set(integers.map(([name]) => name));
}

/** Digits as a number; anything else stays text, for the schema to refuse. */
function toInteger(value: unknown): unknown {
  return /^-?\d+$/.test(String(value)) ? Number(value) : value;
}

function toParameterProblem(error: ErrorObject): FieldProblem[] {
  if (error.keyword !== 'additionalProperties') return toFieldProblem(error);
  // A name can be empty (`?=1`); an empty field would stand for the body.
  const field = String(error.params.additionalProperty || '""');
  return [{ field, rule: 'unknown-parameter', limit: '' }];
}
