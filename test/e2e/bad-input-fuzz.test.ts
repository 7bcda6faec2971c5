import { expect } from 'chai';
import fc from 'fast-check';
import { type Answer, type Asked, AUTH, ask, expectProblem, JSON_TYPE } from '../support/api.ts';
import { EVERYWHERE, NOWHERE, placesOf, snapshot } from '../support/message-keys.ts';
import { type Running, useService } from '../support/use-service.ts';

/** Requests in all; fast-check prints the seed and the shrunk request of a failure. */
const RUNS = 300;

/** Far in the future: what is stored stays while the test looks. */
const goodTime = fc
  .tuple(
    fc.date({ min: new Date('2100-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
    fc.constantFrom('Z', '', '-03:00', '+05:30', '+0300', '-11'),
  )
  .map(([date, offset]) => date.toISOString().replace('Z', offset));

/** Shaped like a time; many of these name no real instant. */
const likelyTime = fc.stringMatching(
  /^2[1-9]\d\d-[01]\d-[0-3]\d(T[0-2]\d:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/,
);

/** A right value `share` times as often as one of the others. */
function mostly<T>(share: number, right: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]) {
  const rest = others.map((arbitrary) => ({ weight: 1, arbitrary }));
  return fc.oneof({ weight: share, arbitrary: right }, ...rest);
}

const text = fc.string({ unit: 'binary' });
const time = mostly(8, goodTime, likelyTime, text);
/** Few enough for ids to meet again. */
const knownId = fc.constantFrom('a', 'b/c', 'ação', '%', '5511999999999@s.whatsapp.net');
const id = mostly(6, knownId, fc.string({ minLength: 1 }), text);
const goodUrl = fc.webUrl({ withFragments: true, withQueryParameters: true });
const url = mostly(8, goodUrl, text, fc.webPath());

const payload = fc.oneof(
  fc.json(),
  fc.string().map((text) => JSON.stringify(text)),
  fc.stringMatching(/^-?\d{1,25}(\.\d{1,5})?(e-?\d{1,3})?$/),
);

const value = mostly<string | undefined>(20, fc.constant(undefined), fc.json());

/** A message as text; now and then a field is missing or of another kind. */
const messageText = fc
  .tuple(id, time, url, payload, fc.tuple(value, value, value))
  .map(([id, time, url, payload, [a, b, c]]) => {
    const fields = [`"id":${a ?? JSON.stringify(id)}`, `"scheduleTo":${b ?? JSON.stringify(time)}`];
    return `{${fields.join()},"webhookUrl":${c ?? JSON.stringify(url)},"payload":${payload}}`;
  });

/** Any of a text's bytes changed, or cut short. */
const damaged = fc.tuple(messageText, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
  const bytes = Buffer.from(text);
  if (byte > 127) return bytes.subarray(0, at % bytes.length);
  bytes[at % bytes.length] = byte;
  return bytes;
});

const bytes = (text: string) => Buffer.from(text);
const noise = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
const body = mostly(12, messageText.map(bytes), damaged, damaged, fc.json().map(bytes), noise);

/** What node's client lets through: no control characters and no spaces. */
const pathPart = fc.oneof(
  fc.stringMatching(/^[!-~]{0,30}$/),
  fc.string({ unit: 'grapheme' }).map(encodeURIComponent),
);
const idPath = knownId.map((id) => `/messages/${encodeURIComponent(id)}`);
const anyPath = pathPart.map((part) => `/${part}`);
const messagePath = anyPath.map((path) => `/messages${path}`);

const otherMethod = fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PURGE');
const method = mostly(6, fc.constantFrom('POST', 'DELETE'), otherMethod);
/** The method and where it goes. */
const line = mostly(
  5,
  fc.constant({ method: 'POST', path: '/messages' }),
  fc.record({ method: fc.constant('DELETE'), path: idPath }),
  fc.record({ method, path: mostly(2, messagePath, anyPath, fc.constant('/messages')) }),
);

const headerText = fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,40}$/);
const headers = fc.record(
  {
    'content-type': fc.oneof(
      fc.constantFrom('application/json; charset=x', 'text/plain'),
      headerText,
    ),
    'content-encoding': fc.oneof(fc.constantFrom('gzip', 'br', 'deflate', 'identity'), headerText),
    authorization: headerText,
    accept: headerText,
    cookie: headerText,
    host: headerText,
    'x-http-method-override': fc.constantFrom('DELETE', 'POST'),
  },
  { requiredKeys: [] },
);

/** Mostly as they should be, so that the rest of the request gets its turn. */
const mostlyRight = mostly<object>(5, fc.constant({}), headers).map((headers) => ({
  ...AUTH,
  ...JSON_TYPE,
  ...headers,
}));

const request: fc.Arbitrary<Asked> = fc
  .tuple(line, mostlyRight, body, fc.boolean())
  .map(([line, headers, body, chunked]) => ({ ...line, headers, body, chunked }));

describe('any request at all', () => {
  const running = useService();
  /** What Redis should hold. */
  let stored: Record<string, string> = {};
  beforeEach(async () => {
    stored = await snapshot(running.current.client);
  });

  /** Holds one answer and what became of Redis against the contract. */
  async function check(asked: Asked, answer: Answer, { client }: Running): Promise<void> {
    expect(answer.status, answer.text).to.be.within(200, 499);
    if (answer.status >= 400 && asked.method !== 'HEAD') expectProblem(answer, answer.status);
    if (answer.status === 201) {
      const { id } = JSON.parse(String(asked.body));
      expect(JSON.parse(answer.text)).to.deep.equal({ status: 'agendada', messageId: id });
      expect(await placesOf(client, id)).to.deep.equal(EVERYWHERE);
    } else if (asked.method === 'DELETE' && answer.status === 200) {
      expect(await placesOf(client, JSON.parse(answer.text).messageId)).to.deep.equal(NOWHERE);
    } else {
      expect(await snapshot(client)).to.deep.equal(stored);
    }
  }

  it('is answered in time, never with a 5xx, and stores nothing unless the answer is 201', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const answer = await ask(running.current.service.url, asked, 3000);
        try {
          await check(asked, answer, running.current);
        } finally {
          stored = await snapshot(running.current.client);
        }
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    // A generator gone wrong would find nothing: most kinds of answers must have come up.
    expect([...statuses.keys()]).to.include.members([200, 201, 400, 401, 404, 409, 422]);
    expect(statuses.get(201)).to.be.above(RUNS / 15);
  });
});
