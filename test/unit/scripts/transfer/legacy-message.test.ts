import { expect } from 'chai';
import { type LegacyReading, readLegacy } from '../../../../scripts/transfer/legacy-message.ts';
import { legacyMessage, rawLegacy } from '../../../support/legacy.ts';

const read = (id: string, over = {}) =>
  readLegacy({ key: `message:${id}`, text: JSON.stringify(legacyMessage(id, over)) });

const readText = (text: string) => readLegacy({ key: 'message:x', text });

function messageOf(reading: LegacyReading) {
  if ('reason' in reading) throw new Error(reading.reason);
  return reading.message;
}

function reasonOf(reading: LegacyReading): string {
  if (!('reason' in reading)) throw new Error('it was read');
  return reading.reason;
}

describe('transfer: a string of the old service', () => {
  it('becomes a message, with the text it was read from', () => {
    const legacy = legacyMessage('5511999999999@s.whatsapp.net');
    const text = JSON.stringify(legacy);
    expect(readLegacy({ key: `message:${legacy.id}`, text })).to.deep.equal({
      text,
      message: {
        id: legacy.id,
        scheduleTo: legacy.scheduleTo,
        dueAt: Date.UTC(2099, 0, 1),
        webhookUrl: legacy.webhookUrl,
        payload: JSON.stringify(legacy.payload),
      },
    });
  });

  for (const id of [
    'a:b',
    '{7}:x',
    'message:y',
    'é ü 漢字 🎉',
    '"quoted\\"',
    '*?[]',
    '__proto__',
  ]) {
    it(`may have the id ${id}`, () => {
      expect(messageOf(read(id)).id).to.equal(id);
    });
  }

  for (const [date, instant] of [
    ['2030-06-01T12:00:00', '2030-06-01T12:00:00.000Z'],
    ['2030-06-01T12:00:00.123456', '2030-06-01T12:00:00.124Z'],
    ['2030-06-01 12:00', '2030-06-01T12:00:00.000Z'],
    ['2030-06-01T12:00:00-03:00', '2030-06-01T15:00:00.000Z'],
    ['1999-01-01T00:00:00Z', '1999-01-01T00:00:00.000Z'],
  ] as const) {
    it(`is due at ${instant} when it says ${date}`, () => {
      const { dueAt, scheduleTo } = messageOf(read('x', { scheduleTo: date }));
      expect(new Date(dueAt).toISOString()).to.equal(instant);
      expect(scheduleTo).to.equal(date);
    });
  }

  for (const payload of [
    ...['12345678901234567890', '1.0', '-0', '1e400', '[1.10, 2]', 'null', 'true', '"x"'],
    '{"a":{"b":[0.1000]},"__proto__":{"c":1.0}}',
  ]) {
    it(`keeps the payload ${payload} to the digit`, () => {
      const { payload: kept } = messageOf(readText(rawLegacy('x', payload)));
      expect(kept).to.equal(payload.replace(/, /g, ','));
    });
  }

  it('leaves out what the old service did not know', () => {
    expect(messageOf(read('x', { more: 1 }))).not.to.have.property('more');
  });

  it('takes the last of two values of one name, as Python does', () => {
    const text = rawLegacy('x', '1').replace(/}$/, ', "payload": 2.0}');
    expect(messageOf(readText(text)).payload).to.equal('2.0');
  });

  for (const [what, reading, reason] of [
    ['what is not JSON', readText('{nope'), /^is not JSON: /],
    ['an empty string', readText(''), /^is not JSON: /],
    ['NaN, which Python writes', readText(rawLegacy('x', 'NaN')), /^is not JSON: /],
    ['a list', readText('[]'), /no message/],
    ['a number', readText('1'), /no message/],
    ['null', readText('null'), /no message/],
    ['bytes that are not UTF-8', readLegacy({ key: 'message:x', text: undefined }), /UTF-8/],
    ['an object of others', readText('{"name":"x"}'), /^id is required; scheduleTo is required; /],
    ['an id that is a number', readText('{"id":1}'), /^id must be of type string|id must/],
    ['the id of another key', read('y') && readText(rawLegacy('y', '1')), /another id: "y"/],
    ['a bad date', read('x', { scheduleTo: '2030-02-30T00:00:00' }), /^scheduleTo must/],
    ['a bad URL', read('x', { webhookUrl: 'ftp://h' }), /^webhookUrl must/],
    ['an id that is too long', read('x'.repeat(257)), /^id must have at most 256/],
    ['an id with a line break', read('a\nb'), /^id must not contain control/],
    ['an empty id', read(''), /^id must have at least 1/],
    ['depth without end', readText(rawLegacy('x', '['.repeat(50_000))), /nested too deeply/],
  ] as const) {
    it(`is skipped with the reason: ${what}`, () => {
      expect(reasonOf(reading)).to.match(reason);
    });
  }
});
