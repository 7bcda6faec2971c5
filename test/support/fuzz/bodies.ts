import fc from 'fast-check';
import { anyText, damaged, knownId, mostly, noise } from './basics.ts';

/** Past or far ahead: what is stored changes at once or stays while a test looks. */
const time = fc.constantFrom('2020-01-01T00:00:00Z', '2099-01-01', '2150-06-01T12:00:00-03:00');
const header = fc.constantFrom('x-a', 'Authorization', 'content-type', 'constructor');
const oddHeader = fc.constantFrom('Host', '__proto__', 'webhook-id', 'a b', '', 'x'.repeat(101));

/** Any JSON, in its text. */
const anyJson = fc.oneof(
  fc.json(),
  fc.constantFrom('1e400', '-0', '12345678901234567890', '"\\ud800"', '{"__proto__":1}'),
  fc.nat(6).map((power) => '['.repeat(4 ** power) + ']'.repeat(4 ** power)),
);

const json = <T>(value: fc.Arbitrary<T>) => value.map((it) => JSON.stringify(it));
const wrong = fc.oneof(anyJson, json(anyText));
/** A field as text: right, wrong in its own way, or anything. */
const field = <T>(right: fc.Arbitrary<T>, ...odd: fc.Arbitrary<string>[]) =>
  mostly(15, json(right), wrong, ...odd);

const backoff = fc.record(
  { kind: fc.constantFrom('fixed', 'exponential'), baseMs: fc.constantFrom(0, 1000, -1, 1e12) },
  { requiredKeys: ['kind'] },
);

/** What may be given beside payload, URL and time. `webhookUrl`s are the caller's to say. */
const options = {
  method: field(fc.constantFrom('POST', 'PUT', 'GET'), json(fc.constantFrom('post', 'TRACE'))),
  headers: field(
    fc.dictionary(header, fc.constantFrom('', 'a', 'ç')),
    json(fc.dictionary(oddHeader, fc.constantFrom('a\n', '日', 'x'.repeat(5000)))),
  ),
  // Long: an attempt that ends would change what is stored.
  timeoutMs: field(fc.constant(600_000), json(fc.constantFrom(0, -1, 1.5, 600_001))),
  retry: field(fc.record({ maxAttempts: fc.constantFrom(1, 5), backoff }, { requiredKeys: [] })),
  notAfter: field(fc.constant('2199-01-01'), json(fc.constantFrom('2098-01-01', 'never'))),
  metadata: field(fc.dictionary(fc.string(), fc.nat()), json(fc.constant('x'.repeat(5000)))),
  tags: field(fc.uniqueArray(fc.constantFrom('a', 'ç', '😀')), json(fc.constant(['a', 'a']))),
};

/** A message as text; most of them in order. */
export function messageText(webhookUrl: string, id = knownId): fc.Arbitrary<string> {
  const url = fc.constant(webhookUrl);
  const odd = json(fc.constantFrom('ftp://a/', 'http://a b/', 'http://u:p@h/', 'http://unix/'));
  const due = fc.oneof(
    { weight: 8, arbitrary: fc.record({ scheduleTo: field(time) }) },
    { weight: 4, arbitrary: fc.record({ delay: field(fc.constantFrom(0, 'PT0S', 'P1D', 864e5)) }) },
    { weight: 1, arbitrary: fc.record({ scheduleTo: field(time), delay: wrong }) },
  );
  const rest = fc.record(
    {
      id: field(id, json(fc.constantFrom('', '.', '..', 'a\n', 'x'.repeat(257)))),
      payload: anyJson,
      webhookUrl: field(url, odd),
      ...options,
      ifPast: field(fc.constantFrom('fire', 'reject')),
    },
    { requiredKeys: ['payload', 'webhookUrl'] },
  );
  return fc.tuple(due, rest, oddMember).map((parts) => objectText(Object.assign({}, ...parts)));
}

/** Changes as text; most of them in order. */
export function changesText(webhookUrl: string): fc.Arbitrary<string> {
  const nullable = Object.fromEntries(
    Object.entries(options).map(([name, text]) => [name, mostly(3, text, fc.constant('null'))]),
  );
  const some = fc.record(
    {
      payload: anyJson,
      webhookUrl: field(fc.constant(webhookUrl)),
      scheduleTo: field(time),
      ...nullable,
    },
    { requiredKeys: ['payload'] },
  );
  return fc.tuple(some, oddMember).map((parts) => objectText(Object.assign({}, ...parts)));
}

export function batchText(webhookUrl: string): fc.Arbitrary<string> {
  const item = mostly(10, messageText(webhookUrl), anyJson);
  return fc
    .tuple(fc.array(item, { minLength: 1, maxLength: 6 }), oddMember)
    .map(([items, more]) => objectText({ messages: `[${items.join()}]`, ...more }));
}

/** Now and then a member that no schema has. */
const oddMember = mostly<Readonly<Record<string, string>>>(
  20,
  fc.constant({}),
  fc.tuple(anyText, anyJson).map(([name, text]) => ({ [name]: text })),
);

function objectText(members: Readonly<Record<string, string>>): string {
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join()}}`;
}

/** A text as a body: mostly whole. */
export function asBody(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const whole = text.map((it) => Buffer.from(it));
  return mostly(
    20,
    whole,
    damaged(text),
    fc.json().map((it) => Buffer.from(it)),
    noise,
  );
}
