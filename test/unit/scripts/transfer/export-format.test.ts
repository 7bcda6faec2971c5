import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../../scripts/lib/user-error.mjs';
import {
  endLine,
  headerLine,
  messageLine,
  readHeader,
  readLine,
} from '../../../../scripts/transfer/export-format.ts';

const FIELDS = {
  id: 'x',
  scheduleTo: '2099-01-01T00:00:00Z',
  webhookUrl: 'http://127.0.0.1:9/',
  payload: '{"a":1.0}',
  status: 'scheduled',
  attempt: '2',
  dueAt: '4070908800000',
};

const lineWith = (over: Record<string, unknown>) =>
  readLine(JSON.stringify({ ...FIELDS, ...over }));

describe('transfer: the export format', () => {
  it('begins with what it is', () => {
    const line = headerLine(5, '2026-01-01T00:00:00.000Z');
    expect(JSON.parse(line)).to.deep.equal({
      format: 'agendamento-export',
      version: 1,
      partitions: 5,
      exportedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(readHeader(line).partitions).to.equal(5);
  });

  for (const text of ['', 'x', '[]', 'null', '{}', '{"format":"other","version":1}']) {
    it(`is not what begins with ${JSON.stringify(text)}`, () => {
      expect(() => readHeader(text)).to.throw(UserError, /no export/);
    });
  }

  it('of another version is refused', () => {
    const line = '{"format":"agendamento-export","version":2}';
    expect(() => readHeader(line)).to.throw(UserError, /version 2/);
  });

  it('ends with a line of its own', () => {
    expect(readLine(endLine(3))).to.deep.equal({ kind: 'end' });
  });

  it('takes a message that is over the limits of the API: it may have been stored under others', () => {
    const metadata = JSON.stringify({ ['x'.repeat(100)]: 'y'.repeat(10_000) });
    const headers = JSON.stringify({ 'x-a': 'z'.repeat(50_000) });
    expect(lineWith({ metadata, headers })).to.deep.nested.include({
      kind: 'message',
      'message.fields.metadata': metadata,
      'message.fields.headers': headers,
    });
  });

  it('gives back every field of a message, whatever is in it, on one line', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (more) => {
        const fields = { ...more, ...FIELDS };
        const text = messageLine(fields);
        expect(text.indexOf('\n')).to.equal(text.length - 1);
        const line = readLine(text);
        if (line.kind !== 'message') throw new Error(JSON.stringify(line));
        expect(line.message.fields).to.deep.equal(fields);
      }),
    );
  });

  it('puts a message that was being delivered back as scheduled', () => {
    const line = lineWith({ status: 'delivering' });
    if (line.kind !== 'message') throw new Error(line.kind);
    expect(line.message).to.include({ id: 'x', status: 'scheduled', at: 4_070_908_800_000 });
  });

  it('has for a failed message the moment it failed', () => {
    const line = lineWith({ status: 'failed', failedAt: '123' });
    if (line.kind !== 'message') throw new Error(line.kind);
    expect(line.message).to.include({ status: 'failed', at: 123 });
  });

  for (const [what, line, reason] of [
    ['not JSON', readLine('{'), 'is not a JSON object'],
    ['no object', readLine('[1]'), 'is not a JSON object'],
    ['a number', lineWith({ dueAt: 1 }), 'dueAt is not a string'],
    ['an object inside', lineWith({ payload: {} }), 'payload is not a string'],
    ['no payload', lineWith({ payload: undefined }), 'payload is missing'],
    ['no status', lineWith({ status: undefined }), 'status is missing'],
    ['another status', lineWith({ status: 'done' }), 'status is none of'],
    ['no due time', lineWith({ dueAt: undefined }), 'dueAt is not a time'],
    ['a due time in words', lineWith({ dueAt: 'soon' }), 'dueAt is not a time'],
    ['failed at no time', lineWith({ status: 'failed' }), 'failedAt is not a time'],
    ['an attempt in words', lineWith({ attempt: 'two' }), 'attempt is not a whole number'],
    ['an empty id', lineWith({ id: '' }), 'id is empty'],
    ['a line break in its id', lineWith({ id: 'a\nb' }), 'id is empty or has control'],
    [
      'fields without end',
      lineWith(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, '']))),
      'more than 1000 fields',
    ],
  ] as const) {
    it(`calls malformed: ${what}`, () => {
      if (line.kind !== 'malformed') throw new Error(line.kind);
      expect(line.reason).to.contain(reason);
    });
  }
});
