import { expect } from 'chai';
import fc from 'fast-check';
import { compareBytes } from '../../../src/store/listing.ts';

/** Characters whose order differs between UTF-16 and UTF-8, and some that are alike in a locale. */
const CHARACTERS = [
  'a',
  'A',
  'b',
  'ä',
  'é',
  ' ',
  '\u0800',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '🚀',
];

describe('store: order of ids', () => {
  it('is that of their UTF-8 bytes, as Redis has it', () => {
    const unit = fc.constantFrom(...CHARACTERS);
    const ids = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareBytes(a, b))).to.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
