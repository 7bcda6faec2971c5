import type { Durability } from '../domain/durability.ts';
import { OUTCOME_KINDS } from '../domain/outcome.ts';
import type { OnConflict } from '../store/scheduling.ts';
import { STATUS_BY_WORD } from './locale/locale.ts';

/** Longest ISO 8601 text accepted, far over what any date needs. */
const TIME_MAX_LENGTH = 64;

/** Longest text a filter may look for; over what any tag, id or host name needs. */
const FILTER_MAX_LENGTH = 1024;

const TEXT = {
  type: 'string',
  minLength: 1,
  maxLength: FILTER_MAX_LENGTH,
} as const;

const TIME = {
  type: 'string',
  maxLength: TIME_MAX_LENGTH,
  format: 'due-time',
} as const;

const limit = (maximum: number, standard: number) => ({
  type: 'integer',
  minimum: 1,
  maximum,
  default: standard,
});

const CURSOR = { type: 'string' } as const;

const WINDOW_AND_TARGET = {
  dueFrom: TIME,
  dueTo: TIME,
  tag: TEXT,
  host: { ...TEXT, format: 'destination' },
} as const;

const STATUS = {
  type: 'string',
  enum: [...STATUS_BY_WORD.keys()],
} as const;

/** Of what changes messages. */
const DURABILITY = { durability: { type: 'string', format: 'durability' } } as const;

/** The query of what changes one message that is there. */
export const CHANGE_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: DURABILITY,
} as const;

/** The query of `POST /messages` and `POST /messages/batch`. */
export const SCHEDULE_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    onConflict: {
      type: 'string',
      enum: ['refuse', 'ignore', 'replace'] satisfies OnConflict[],
      default: 'refuse',
    },
    ...DURABILITY,
  },
} as const;

/** The query of `GET /messages`. Formats are in `query.ts`, descriptions in `locale/`. */
export const LISTING_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { limit: limit(10_000, 1000), cursor: CURSOR, status: STATUS, ...WINDOW_AND_TARGET },
} as const;

/** The query of `DELETE /messages`. */
export const REMOVE_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['confirm'],
  properties: {
    confirm: { const: 'delete' },
    ...DURABILITY,
    cursor: CURSOR,
    status: STATUS,
    ...WINDOW_AND_TARGET,
  },
} as const;

/** The query of `POST /messages/replay`. */
export const REPLAY_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { cursor: CURSOR, ...DURABILITY, ...WINDOW_AND_TARGET },
} as const;

/** The query of `GET /deliveries`. */
export const DELIVERIES_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: limit(1000, 100),
    cursor: CURSOR,
    id: TEXT,
    outcome: { type: 'string', enum: OUTCOME_KINDS },
    from: TIME,
    to: TIME,
  },
} as const;

/** Of requests that take no query. */
export const NO_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {},
} as const;

/** The query of a change that the schema has let through. */
export interface ChangeParameters {
  readonly durability?: Durability;
}

/** A scheduling query that the schema has let through. */
export interface ScheduleParameters extends ChangeParameters {
  readonly onConflict: OnConflict;
}

/** The part of a query that says which messages are meant. */
export interface SelectionParameters {
  readonly cursor?: string;
  readonly status?: string;
  readonly dueFrom?: string;
  readonly dueTo?: string;
  readonly tag?: string;
  readonly host?: string;
}

/** The query of a change of many messages that the schema has let through. */
export interface BulkParameters extends ChangeParameters, SelectionParameters {}

/** A listing query that the schema has let through. */
export interface ListingParameters extends SelectionParameters {
  readonly limit: number;
}

/** A deliveries query that the schema has let through. */
export interface DeliveriesParameters {
  readonly limit: number;
  readonly cursor?: string;
  readonly id?: string;
  readonly outcome?: string;
  readonly from?: string;
  readonly to?: string;
}
