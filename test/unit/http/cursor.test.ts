import { expect } from 'chai';
import fc from 'fast-check';
import { readCursor, writeCursor } from '../../../src/http/cursor.ts';
import { ProblemError } from '../../../src/http/problems.ts';

type Place = readonly [score: string, id: string];

const SCOPE = { list: 'due', filters: [1, undefined, 'scheduled'] };

const isPlace = (position: readonly unknown[]): position is Place =>
  position.length === 2 && position.every((part) => typeof part === 'string');

/** What a cursor leads to, or how it was refused. */
function outcome(text: string, scope = SCOPE): Place | string {
  try {
    return readCursor(text, scope, isPlace);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.extras.fields).to.deep.equal([{ field: 'cursor', rule: 'cursor', limit: '' }]);
    return error.code;
  }
}

const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('http: cursors', () => {
  it('lead back to where they were written, whatever the id', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (score, id) => {
        const text = writeCursor(SCOPE, [score, id]);
        expect(text).to.match(/^[\w-]+$/);
        expect(outcome(text)).to.deep.equal([score, id]);
      }),
    );
  });

  it('are refused with another list or other filters', () => {
    const text = writeCursor(SCOPE, ['1', 'a']);
    expect(outcome(text, { ...SCOPE, list: 'failed' })).to.equal('invalid-cursor');
    for (const filters of [[], [2, undefined, 'scheduled'], [1, 'scheduled', undefined]]) {
      expect(outcome(text, { ...SCOPE, filters })).to.equal('invalid-cursor');
    }
  });

  it('are refused when a single character is changed, added or missing', () => {
    const text = writeCursor(SCOPE, ['1769853600000', 'order-1']);
    for (let i = 0; i < text.length; i += 1) {
      const other = text[i] === 'A' ? 'B' : 'A';
      for (const changed of [other, '', `${text[i]}${other}`, '=', ' ']) {
        const tampered = text.slice(0, i) + changed + text.slice(i + 1);
        expect(outcome(tampered), tampered).to.equal('invalid-cursor');
      }
    }
    for (const tail of ['=', '==', ' ', '\n', 'A']) {
      expect(outcome(text + tail), JSON.stringify(tail)).to.equal('invalid-cursor');
    }
  });

  it('are refused when forged to lead to what is no place at all', () => {
    for (const place of [[], ['1'], [1, 'a'], ['1', 2], ['1', 'a', 'b']]) {
      expect(outcome(writeCursor(SCOPE, place))).to.equal('invalid-cursor');
    }
  });

  it('are refused, and break nothing, whatever they hold', () => {
    const content = JSON.parse(
      Buffer.from(writeCursor(SCOPE, ['1', 'a']), 'base64url').toString(),
    ) as unknown[];
    const digest = content[3];
    const hostile: unknown[] = [
      ...[null, 1, 'a', {}, [], [1], [[], []], { 2: ['1', 'a'] }],
      [1, 'due', null, digest],
      [1, 'due', {}, digest],
      [1, 'due', ['1'], digest],
      [1, 'due', [1, 'a'], digest],
      [1, 'due', [['1'], 'a'], digest],
      [2, 'due', ['1', 'a'], digest],
      [1, 'due', ['1', 'a'], null],
      [1, 'due', ['1', 'a'], digest, 'more'],
      [1, 'due', ['1', { toString: 'a' }], digest],
    ];
    for (const each of hostile) expect(outcome(encode(each))).to.equal('invalid-cursor');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.base64String()), (text) => {
        expect(outcome(text)).to.equal('invalid-cursor');
        expect(outcome(Buffer.from(text).toString('base64url'))).to.equal('invalid-cursor');
      }),
    );
  });
});
