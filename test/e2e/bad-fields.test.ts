import { expect } from 'chai';
import { expectProblem, messageBody, rawMessageBody } from '../support/api.ts';
import { useRefusals } from '../support/refusal.ts';
import type { Running } from '../support/use-service.ts';

const WRONG_TYPES = [null, 1, true, [], {}, ['x']];

const BAD_IDS: readonly [what: string, id: string][] = [
  ['a line feed', 'a\nb'],
  ['NUL', '\0'],
  ['DEL', 'a\x7f'],
  ['a C1 control', 'a\u0085b'],
  ['half a surrogate pair', 'a\ud83e'],
  ['the other half', '\udd84a'],
  ['a path segment that clients resolve', '.'],
  ['another such', '..'],
];

const BAD_TIMES = [
  '',
  'tomorrow',
  '1767225600',
  '12:00',
  '2099',
  '2099-13-01T00:00:00Z',
  '2099-02-29T00:00:00Z',
  '2099-04-31',
  '2099-01-01T25:00:00Z',
  '2099-01-01T10:60:00Z',
  '2099-01-01T10:00:00+99:99',
  '2099-01-01T10:00:00+24:00',
  '2099-01-01T10:00:00-03:60',
  '2099-01-01T10:00:00 Z',
  ' 2099-01-01T10:00:00Z',
  '2099-01-01T10:00:00Z\n',
  '2099-01-01T10:00:00[Nowhere/Land]',
  '01/02/2099 10:00',
];

const BAD_URLS = [
  '',
  'example.com/hook',
  '/hook',
  '//example.com/hook',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http:',
  'http://',
  'http:/example.com',
  'http:example.com',
  'http://example.com:99999/',
  'http://user@example.com/',
  'http://user:secret@example.com/',
  'http://:secret@example.com/',
  'http://exa mple.com/',
  'http://example.com/a b',
  'http://example.com/a\tb',
  ' http://example.com/',
  'http://example.com/\n',
  'http://[::1/',
  'http://unix:/var/run/docker.sock:/info',
  'http://unix/var/run/docker.sock',
  'http://example.com/\ud83e',
];

/** In the words of `API_LOCALE=en`. */
const REASONS = {
  text: 'must be of type string',
  id: 'must not contain control characters or malformed Unicode',
  time: 'must be an ISO 8601 date and time that exists, such as 2026-01-31T10:00:00-03:00',
  url: 'must be a complete http:// or https:// URL without user name and password',
};

describe('a message with a field that is not in order is refused', () => {
  const refused = useRefusals();

  /** Posts a message with one field changed and expects complaints about that field only. */
  async function expectFieldRefused({ api }: Running, field: string, value: unknown, why: string) {
    const problem = expectProblem(await api.post(messageBody('new', { [field]: value })), 422);
    expect(problem.detail, JSON.stringify(value)).to.contain(`${field}: ${why}`);
    expect(new Set(problem.errors?.map((error) => error.field))).to.deep.equal(new Set([field]));
  }

  for (const field of ['scheduleTo', 'payload', 'webhookUrl']) {
    refused(`${field} missing`, async ({ api }) => {
      const body = messageBody('new', { [field]: undefined });
      const problem = expectProblem(await api.post(body), 422);
      expect(problem.detail).to.equal(`${field}: is required`);
      expect(problem.errors).to.deep.equal([{ field, detail: 'is required' }]);
    });
  }

  refused('everything missing: all that is always needed is named', async ({ api }) => {
    const problem = expectProblem(await api.post({}), 422);
    const fields = problem.errors?.map(({ field }) => field);
    expect(fields).to.have.members(['payload', 'webhookUrl']);
  });

  for (const field of ['id', 'scheduleTo', 'webhookUrl']) {
    refused(`${field} of another type than text`, async (running) => {
      for (const value of WRONG_TYPES)
        await expectFieldRefused(running, field, value, REASONS.text);
    });
  }

  refused('a field that is not known, by name', async ({ api }) => {
    const problem = expectProblem(await api.post(messageBody('new', { schedule_to: 1 })), 422);
    expect(problem.detail).to.equal('schedule_to: is not a known field');
  });

  refused('thousands of unknown fields, in an answer of bounded length', async ({ api }) => {
    const unknown = Object.fromEntries(Array.from({ length: 15_000 }, (_, n) => [`field${n}`, 1]));
    const answer = await api.post(messageBody('new', unknown));
    expect(expectProblem(answer, 422).detail).to.contain('field0: is not a known field');
    expect(answer.text.length).to.be.below(64 * 1024);
  });

  refused('id empty', (running) =>
    expectFieldRefused(running, 'id', '', 'must have at least 1 character(s)'),
  );

  refused('id of 257 characters', (running) =>
    expectFieldRefused(running, 'id', '🦄'.repeat(257), 'must have at most 256 characters'),
  );

  for (const [what, id] of BAD_IDS) {
    refused(`id with ${what}`, (running) => expectFieldRefused(running, 'id', id, REASONS.id));
  }

  for (const time of BAD_TIMES) {
    refused(`scheduleTo ${JSON.stringify(time)}`, (running) =>
      expectFieldRefused(running, 'scheduleTo', time, REASONS.time),
    );
  }

  refused('scheduleTo of 65 characters', (running) => {
    const time = `2099-01-01T00:00:00.${'0'.repeat(44)}Z`;
    return expectFieldRefused(running, 'scheduleTo', time, 'must have at most 64 characters');
  });

  for (const url of BAD_URLS) {
    refused(`webhookUrl ${JSON.stringify(url)}`, (running) =>
      expectFieldRefused(running, 'webhookUrl', url, REASONS.url),
    );
  }

  refused('webhookUrl of 2049 characters', (running) => {
    const url = 'http://example.com/'.padEnd(2049, 'a');
    return expectFieldRefused(running, 'webhookUrl', url, 'must have at most 2048 characters');
  });

  refused('a field named __proto__, which is one like any other', async ({ api }) => {
    const bodies = ['{"__proto__":{"id":"new"}}', rawMessageBody('new', '1,"__proto__":{}')];
    for (const body of bodies) {
      const { detail } = expectProblem(await api.post(body), 422);
      expect(detail).to.contain('__proto__: is not a known field');
    }
  });

  refused('payload nested too deeply', async ({ api }) => {
    const deep = (inner: string) => '['.repeat(100_000) + inner + ']'.repeat(100_000);
    for (const payload of [deep(''), deep('1.0'), `{"a":${deep('')}}`]) {
      const problem = expectProblem(await api.post(rawMessageBody('new', payload)), 422);
      expect(problem.detail).to.equal('payload: is nested too deeply');
    }
  });
});
