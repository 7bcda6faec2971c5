import fc from 'fast-check';
import { writeCursor } from '../../../src/http/cursor.ts';
import type { Operation } from '../../../src/http/openapi/operation.ts';
import { OPERATIONS } from '../../../src/http/openapi/operations.ts';
import { type Asked, AUTH, JSON_TYPE } from '../api.ts';
import { anyText, knownId, mostly, oddHeaders, pathPart } from './basics.ts';
import { asBody, batchText, changesText, messageText } from './bodies.ts';

/** Ids that fail when a suite begins; see `seedFailed`. */
export const FAILED_IDS = ['failed 1', 'failed/2'] as const;

const NONE = [undefined, undefined, undefined, undefined];

/** The lists without filters: who can write cursors for them can write any. */
const scope = fc.constantFrom(
  { list: 'due', filters: [...NONE, undefined] },
  { list: 'failed', filters: [undefined, undefined, 'failed', undefined, undefined] },
  { list: 'deliveries', filters: NONE },
);
const place = fc.constantFrom(['4070908800000', 'a'], ['-inf', ''], ['1', '\uffff'], ['1-1', 0]);
const step = fc.oneof(anyText, fc.integer(), fc.constantFrom('nan', '1e999', '(1', '+', '0-0'));
const anyPlace = fc.oneof(fc.tuple(step, step), fc.array(step));
const cursor = fc.oneof(
  fc.tuple(scope, place).map(([of, at]) => writeCursor(of, at)),
  fc.tuple(scope, anyPlace).map(([of, at]) => writeCursor(of, at)),
  fc.json().map((text) => Buffer.from(text).toString('base64url')),
  anyText,
);

/** Right values of each query parameter there is, by name. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  onConflict: fc.constantFrom('refuse', 'ignore', 'replace'),
  limit: fc.constantFrom('1', '2', '1000'),
  cursor,
  status: fc.constantFrom('scheduled', 'agendada', 'delivering', 'failed', 'falhou'),
  dueFrom: fc.constantFrom('1970-01-01', '2098-12-31'),
  dueTo: fc.constantFrom('2099-01-02', '9999-12-31T23:59:59Z'),
  tag: fc.constantFrom('a', 'ç'),
  host: fc.constantFrom('127.0.0.1', 'localhost:8080', '[::1]'),
  confirm: fc.constant('delete'),
  id: knownId,
  outcome: fc.constantFrom('delivered', 'timeout'),
  from: fc.constantFrom('1970-01-01', '2026-01-01'),
  to: fc.constantFrom('2099-01-01'),
};

/** Tokens that may not do everything, by the scope they have; `spent` has all, and has asked too often. */
export const LIMITED_TOKENS = {
  read: 'may-read',
  write: 'may-write',
  admin: 'may-admin',
  spent: 'has-asked-too-often',
} as const;

const limited = Object.values(LIMITED_TOKENS).map((token) => ({
  authorization: `Bearer ${token}`,
}));
const authorization = mostly(4, fc.constant(AUTH), fc.constantFrom(...limited));

const noPairs = fc.constant<string[]>([]);

/** A query for an operation: mostly of its own parameters, each mostly right. */
function queryOf({ query }: Operation): fc.Arbitrary<string> {
  const names = Object.keys(query?.properties ?? {});
  const needed = (query?.required ?? []).map((name) => pairOf(name));
  const optional = fc.subarray(names).chain((some) => fc.tuple(...some.map(pairOf)));
  // Beside filters a cursor is mostly one of another list.
  const alone = names.includes('cursor') ? fc.tuple(pairOf('cursor')) : noPairs;
  const own = fc.oneof(noPairs, noPairs, optional, alone);
  const odd = fc.tuple(anyText, anyText).map(([name, value]) => [pair(name, value)]);
  return fc
    .tuple(mostly(20, fc.tuple(...needed), noPairs), own, mostly(15, noPairs, odd))
    .map((parts) => parts.flat())
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`));
}

const pairOf = (name: string) =>
  mostly(10, VALUES[name] ?? anyText, anyText).map((value) => pair(name, value));

function pair(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

const anyId = mostly(
  12,
  fc.oneof(knownId, fc.constantFrom(...FAILED_IDS)).map(encodeURIComponent),
  pathPart,
  fc.constantFrom('%00', '%ff', '%', '..%2Fstats', '%2e%2e', 'x'.repeat(5000), 'a%2Fb', '%0d%0a'),
);

const headersOf = mostly<object>(
  12,
  fc.constant({}),
  oddHeaders,
  fc.record({ 'idempotency-key': fc.constantFrom('k', 'ç', 'x'.repeat(256), ' ') }),
);

/** Requests to one operation, and its neighbours. */
function requestTo(operation: Operation, webhookUrl: string): fc.Arbitrary<Asked> {
  const { body } = operation;
  const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
    NewMessage: messageText(webhookUrl),
    Changes: changesText(webhookUrl),
    Batch: batchText(webhookUrl),
  };
  const method = mostly(
    25,
    fc.constant(operation.method.toUpperCase()),
    fc.constantFrom('HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PURGE'),
  );
  const text = body === undefined ? undefined : texts[body];
  return fc
    .record({
      method,
      id: anyId,
      query: queryOf(operation),
      more: mostly(20, fc.constant(''), pathPart),
      auth: authorization,
      headers: headersOf,
      body: text === undefined ? fc.constant(undefined) : asBody(text),
      chunked: fc.boolean(),
    })
    .map(({ method, id, query, more, auth, headers, body, chunked }) => ({
      ...{ method, path: operation.path.replace('{id}', id) + more + query },
      headers: { ...auth, ...(text === undefined ? {} : JSON_TYPE), ...headers },
      ...(body === undefined ? {} : { body, chunked }),
    }));
}

/** A request to any operation, by its id: mostly in order. */
export function anyRequest(webhookUrl: string) {
  return fc.oneof(
    ...OPERATIONS.map((operation) =>
      requestTo(operation, webhookUrl).map((asked) => ({ operation: operation.id, asked })),
    ),
  );
}
