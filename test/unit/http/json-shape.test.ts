import { expect } from 'chai';
import fc from 'fast-check';
import { itemTexts } from '../../../src/http/json-shape.ts';

describe('http: texts of a batch’s items', () => {
  it('are the items as they were written, whatever JSON they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { minLength: 1 }),
        fc.constantFrom('', ' ', '\n\t'),
        (items, gap) => {
          const spaced = items.map((item) => gap + item + gap);
          const body = `{${gap}"messages"${gap}:${gap}[${spaced.join()}]${gap}}`;
          expect(itemTexts(body)).to.deep.equal(spaced);
        },
      ),
    );
  });

  for (const text of ['"', '\\', '\\"', '"],[', '\\\\"', '{"a":[', '\u2028']) {
    it(`are not misled by the text ${JSON.stringify(text)}`, () => {
      const item = JSON.stringify({ [text]: text });
      expect(itemTexts(`{"messages":[${item},1.0]}`)).to.deep.equal([item, '1.0']);
    });
  }

  it('are those of the last member, when there are two', () => {
    expect(itemTexts('{"messages":[1,2],"messages":[3.0]}')).to.deep.equal(['3.0']);
    expect(itemTexts('{"messages":{"a":1,"b":2},"messages":[[1],2]}')).to.deep.equal(['[1]', '2']);
  });
});
