import { expect } from 'chai';
import type { FieldProblem } from '../../../src/http/locale/locale.ts';
import { ProblemError } from '../../../src/http/problems.ts';
import { createBodyChecks } from '../../../src/http/validation.ts';

const { newMessage } = createBodyChecks(30_000);

const VALID = {
  id: 'order-1',
  scheduleTo: '2026-01-31T10:00:00-03:00',
  payload: { hello: 'world' },
  webhookUrl: 'https://receiver.example/hook?a=1#b',
};

function problemsOf(body: unknown): readonly FieldProblem[] {
  try {
    newMessage(body);
  } catch (error) {
    expect(error).to.be.instanceOf(ProblemError).with.property('code', 'invalid-message');
    return (error as ProblemError).extras.fields ?? [];
  }
  return [];
}

/** Field → value → the rule it breaks, with its limit. */
const REFUSED: [field: string, value: unknown, rule: string, limit?: string][] = [
  ['id', 5, 'type', 'string'],
  ['id', null, 'type', 'string'],
  ['id', '', 'min-length', '1'],
  ['id', 'a'.repeat(257), 'max-length', '256'],
  ['id', 'a\nb', 'message-id'],
  ['id', 'a\u0000', 'message-id'],
  ['id', 'a\u007f', 'message-id'],
  ['id', 'a\u0085', 'message-id'],
  ['id', 'a\ud800', 'message-id'],
  ['scheduleTo', 1769853600, 'type', 'string'],
  ['scheduleTo', '', 'due-time'],
  ['scheduleTo', '2026-02-30', 'due-time'],
  ['scheduleTo', 'tomorrow', 'due-time'],
  ['webhookUrl', {}, 'type', 'string'],
  ['webhookUrl', '', 'webhook-url'],
  ['webhookUrl', 'receiver.example/hook', 'webhook-url'],
  ['webhookUrl', '/hook', 'webhook-url'],
  ['webhookUrl', 'ftp://receiver.example/', 'webhook-url'],
  ['webhookUrl', 'javascript:alert(1)', 'webhook-url'],
  ['webhookUrl', 'http:receiver.example', 'webhook-url'],
  ['webhookUrl', 'http:/receiver.example', 'webhook-url'],
  ['webhookUrl', 'http://', 'webhook-url'],
  ['webhookUrl', 'http://user@receiver.example/', 'webhook-url'],
  ['webhookUrl', 'http://user:secret@receiver.example/', 'webhook-url'],
  ['webhookUrl', 'http://:secret@receiver.example/', 'webhook-url'],
  ['webhookUrl', ' http://receiver.example/', 'webhook-url'],
  ['webhookUrl', 'http://receiver.example/a b', 'webhook-url'],
  ['webhookUrl', 'http://receiver.example/\r\nx', 'webhook-url'],
  ['webhookUrl', 'http://receiver.example:99999/', 'webhook-url'],
  ['webhookUrl', `http://r/${'a'.repeat(2040)}`, 'max-length', '2048'],
];

const ACCEPTED: [field: string, value: unknown][] = [
  ['id', 'a'],
  ['id', 'a b/ç:{}*😀'],
  ['id', 'a'.repeat(256)],
  ['id', '😀'.repeat(256)],
  ['id', '__proto__'],
  ['scheduleTo', '2026-01-31'],
  ['scheduleTo', '1999-01-01T00:00:00Z'],
  ['webhookUrl', 'http://localhost:3000'],
  ['webhookUrl', 'HTTP://RECEIVER.EXAMPLE/'],
  ['webhookUrl', 'http://[::1]:80/hook'],
  ['webhookUrl', 'http://receiver.example/@a:b'],
  ['webhookUrl', 'http://réceiver.example/ç'],
  ['payload', null],
  ['payload', false],
  ['payload', 0],
  ['payload', ''],
  ['payload', []],
];

describe('http: validation of a new message', () => {
  it('passes a valid body on', () => {
    expect(newMessage(VALID)).to.equal(VALID);
  });

  for (const [field, value] of ACCEPTED) {
    it(`accepts ${field} ${JSON.stringify(value).slice(0, 60)}`, () => {
      expect(problemsOf({ ...VALID, [field]: value })).to.deep.equal([]);
    });
  }

  for (const [field, value, rule, limit = ''] of REFUSED) {
    it(`refuses ${field} ${JSON.stringify(value).slice(0, 60)}: ${rule}`, () => {
      const problems = problemsOf({ ...VALID, [field]: value });
      expect(problems).to.deep.include({ field, rule, limit });
      expect(new Set(problems.map((problem) => problem.field))).to.deep.equal(new Set([field]));
    });
  }

  it('names every missing field', () => {
    const missing = problemsOf({});
    expect(missing.map(({ rule }) => rule)).to.deep.equal(Array(2).fill('required'));
    expect(missing.map(({ field }) => field)).to.have.members(['payload', 'webhookUrl']);
  });

  it('names an unknown field', () => {
    expect(problemsOf({ ...VALID, webhookURL: 'x' })).to.deep.equal([
      { field: 'webhookURL', rule: 'unknown', limit: '' },
    ]);
  });

  it('names everything that is wrong at once', () => {
    const { payload: _, ...rest } = VALID;
    const fields = problemsOf({ ...rest, id: '', webhookUrl: 'x', extra: 1 }).map(
      ({ field }) => field,
    );
    expect(fields).to.have.members(['id', 'webhookUrl', 'payload', 'extra']);
  });

  it('refuses far too many members of anything, whatever they are; but of a payload', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `n${n}\u0000`);
    const many = Object.fromEntries(names.map((name) => [name, '\n']));
    expect(problemsOf({ ...VALID, ...many })).to.have.length(20);
    for (const field of ['headers', 'metadata', 'tags']) {
      const problems = problemsOf({ ...VALID, [field]: field === 'tags' ? names : many });
      expect(problems.map((problem) => problem.field.split('.')[0])).to.include(field);
      expect(problems.map(({ rule }) => rule)).to.include('max-items');
    }
    expect(problemsOf({ ...VALID, retry: many })).to.have.length(20);
    expect(problemsOf({ ...VALID, payload: { ...names, ...many } })).to.deep.equal([]);
  });

  for (const body of [null, 5, 'text', true, []]) {
    it(`refuses ${JSON.stringify(body)} as a whole`, () => {
      expect(problemsOf(body)).to.deep.equal([{ field: '', rule: 'type', limit: 'object' }]);
    });
  }
});
