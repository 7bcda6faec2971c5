import { expect } from 'chai';
import { decodeDetails, toStatus, toTags } from '../../../src/store/details.ts';
import { Sealing } from '../../../src/store/sealing.ts';

const FULL = {
  id: 'a',
  status: 'failed',
  scheduleTo: '2026-01-31T10:00',
  dueAt: '1769853600000',
  webhookUrl: 'http://receiver/',
  method: 'PUT',
  headers: '{"a":"b"}',
  payload: '{"n":12345678901234567890}',
  timeoutMs: '500',
  retry: '{"maxAttempts":2}',
  notAfter: '1769853700000',
  metadata: '{"n":1.0}',
  tags: '["x"]',
  traceparent: '00-a-b-01',
  tracestate: 'a=1',
  createdAt: '1769850000000',
  lastError: 'no',
  attempts: '{"attempt":1,"at":5,"outcome":"timeout"},{"attempt":2}',
};

const decode = (id: string, hash: Partial<Record<string, string>>) =>
  decodeDetails(id, hash, new Sealing());

describe('store: details of a message', () => {
  it('are its fields: numbers as numbers, JSON as the text it is', () => {
    expect(decode('a', { ...FULL, claim: 'secret', request: 'r' })).to.deep.equal({
      ...FULL,
      dueAt: 1_769_853_600_000,
      timeoutMs: 500,
      notAfter: 1_769_853_700_000,
      createdAt: 1_769_850_000_000,
      attempts: [{ attempt: 1, at: 5, outcome: 'timeout' }, { attempt: 2 }],
    });
  });

  it('of a message as bare as can be', () => {
    const bare = decode('a', { id: 'a' });
    const present = Object.entries(bare).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(present)).to.deep.equal({
      id: 'a',
      status: 'scheduled',
      method: 'POST',
    });
  });

  it('survive what was damaged by hand', () => {
    const { dueAt, status, attempts } = decode('a', {
      dueAt: 'soon',
      status: 'odd',
      attempts: '{"attempt":1},{"att',
    });
    expect({ dueAt, status, attempts }).to.deep.equal({
      dueAt: undefined,
      status: 'scheduled',
      attempts: [],
    });
    expect(decode('a', { attempts: '1,null,{"attempt":3}' }).attempts).to.deep.equal([
      { attempt: 3 },
    ]);
    expect(decode('a', { attempts: '' }).attempts).to.deep.equal([]);
  });

  it('know statuses and tags from anything else', () => {
    for (const word of ['scheduled', 'delivering', 'failed']) expect(toStatus(word)).to.equal(word);
    for (const word of ['', 'agendada', null, undefined])
      expect(toStatus(word)).to.equal(undefined);
    expect(toTags('["a","b"]')).to.deep.equal(['a', 'b']);
    for (const text of ['', 'a', '{"a":1}', '"a"', 'null', null, undefined]) {
      expect(toTags(text), String(text)).to.deep.equal([]);
    }
    expect(toTags('["a",1,null]')).to.deep.equal(['a']);
  });
});
