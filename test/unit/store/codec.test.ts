import { expect } from 'chai';
import fc from 'fast-check';
import type { NewMessage } from '../../../src/domain/message.ts';
import {
  CLAIMED_FIELDS,
  decodeClaimed as decodeValues,
  encodeAttempt,
  encodeMessage,
  toRecord,
} from '../../../src/store/codec.ts';
import { Sealing } from '../../../src/store/sealing.ts';

const PLAIN = new Sealing();

const MESSAGE = {
  id: 'a',
  scheduleTo: '2026-01-31T10:00:00-03:00',
  dueAt: Date.UTC(2026, 0, 31, 13),
  webhookUrl: 'http://receiver/hook',
  payload: '{"n":1.0}',
};

const STATE = ['status', 'delivering', 'attempt', '2', 'dueAt', '1769864405000', 'claim', 'tok'];

/** What Redis gives back of a message: texts. */
function stored(message: NewMessage): string[] {
  return encodeMessage(message, PLAIN).map(String);
}

/** Reads a message from all of its hash, as names and values. */
function decodeClaimed(fields: string[], now: number) {
  const { id = '', ...hash } = toRecord(fields);
  return decodeValues([id, ...CLAIMED_FIELDS.map((name) => hash[name] ?? null)], now, PLAIN);
}

describe('store: codec', () => {
  it('stores what the client gave, as it gave it', () => {
    expect(encodeMessage(MESSAGE, PLAIN)).to.deep.equal([
      ...['id', 'a', 'scheduleTo', '2026-01-31T10:00:00-03:00'],
      ...['webhookUrl', 'http://receiver/hook', 'payload', '{"n":1.0}'],
    ]);
  });

  it('reads a claimed message; scheduledFor stays what the client asked for, also on a retry', () => {
    const claimed = decodeClaimed([...stored(MESSAGE), ...STATE], 1_769_864_405_250);
    expect(claimed).to.deep.equal({
      id: 'a',
      webhookUrl: 'http://receiver/hook',
      payload: '{"n":1.0}',
      attempt: 2,
      scheduledFor: MESSAGE.dueAt,
      claimLateness: 250,
      claimToken: 'tok',
      expired: false,
    });
  });

  it('keeps the trace context of a request when it was given', () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=1' };
    const fields = [...stored({ ...MESSAGE, trace }), ...STATE];
    expect(fields).to.include.members(['traceparent', 'tracestate']);
    expect(decodeClaimed(fields, 0).trace).to.deep.equal(trace);
    const damaged = [...stored(MESSAGE), ...STATE, 'traceparent', 'by\nhand'];
    expect(decodeClaimed(damaged, 0)).to.not.have.property('trace');
  });

  it('reads fields in any order, and skips those it does not know', () => {
    const fields = [...STATE, 'note', 'by hand', '__proto__', 'x', ...stored(MESSAGE)];
    const claimed = decodeClaimed(fields, 1_769_864_405_000);
    expect(claimed.id).to.equal('a');
    expect(claimed.claimLateness).to.equal(0);
  });

  it('falls back on the due time when scheduleTo has been damaged by hand', () => {
    const fields = [...stored({ ...MESSAGE, scheduleTo: 'tomorrow' }), ...STATE];
    expect(decodeClaimed(fields, 0).scheduledFor).to.equal(1_769_864_405_000);
  });

  it('gives back any id, URL and payload it has stored', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, webhookUrl, payload) => {
        const fields = stored({ ...MESSAGE, id, webhookUrl, payload });
        const claimed = decodeClaimed([...fields, ...STATE], 0);
        expect(claimed).to.deep.include({ id, webhookUrl, payload });
      }),
    );
  });

  it('writes a log entry with its error only when there is one', () => {
    const record = { attempt: 1, outcome: 'delivered', statusCode: 204, lateness: 3, duration: 7 };
    const entry = ['id', 'a', 'attempt', 1, 'outcome', 'delivered', 'statusCode', 204];
    entry.push('lateness', 3, 'duration', 7);
    expect(encodeAttempt('a', { ...record, error: '' })).to.deep.equal(entry);
    expect(encodeAttempt('a', { ...record, error: 'x' })).to.deep.equal([...entry, 'error', 'x']);
  });
});
