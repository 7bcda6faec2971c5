import { expect } from 'chai';
import fc from 'fast-check';
import { type Answer, type Asked, AUTH, ask, expectProblem, JSON_TYPE } from '../support/api.ts';
import {
  anyText,
  damaged,
  FACTOR,
  knownId,
  mostly,
  noise,
  oddHeaders,
  pathPart,
  SEED,
} from '../support/fuzz/basics.ts';
import { EVERYWHERE, NOWHERE, placesOf, snapshot } from '../support/message-keys.ts';
import { type Running, useService } from '../support/use-service.ts';

/** Requests in all; fast-check prints the shrunk request of a failure. */
const RUNS = 300 * FACTOR;

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

const time = mostly(8, goodTime, likelyTime, anyText);
const id = mostly(6, knownId, fc.string({ minLength: 1 }), anyText);
const goodUrl = fc.webUrl({ withFragments: true, withQueryParameters: true });
const url = mostly(8, goodUrl, anyText, fc.webPath());

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

const bytes = (text: string) => Buffer.from(text);
const broken = damaged(messageText);
const body = mostly(12, messageText.map(bytes), broken, broken, fc.json().map(bytes), noise);

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

/** Mostly as they should be, so that the rest of the request gets its turn. */
const mostlyRight = mostly<object>(5, fc.constant({}), oddHeaders).map((headers) => ({
  ...AUTH,
  ...JSON_TYPE,
  ...headers,
}));

const request: fc.Arbitrary<Asked> = fc
  .tuple(line, mostlyRight, body, fc.boolean())
  .map(([line, headers, body, chunked]) => ({ ...line, headers, body, chunked }));

describe(`any request at all, seed ${SEED}`, () => {
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

  it('is answered in time, never with a 5xx, and stores nothing unless the answer is 201', async function () {
    this.timeout(30_000 * FACTOR);
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
      { seed: SEED, numRuns: RUNS },
    );
    // A generator gone wrong would find nothing: most kinds of answers must have come up.
    expect([...statuses.keys()]).to.include.members([200, 201, 400, 401, 404, 409, 422]);
    expect(statuses.get(201)).to.be.above(RUNS / 15);
  });
});
