import { createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { PayloadKey } from '../../../src/runtime/payload-key.ts';
import { keyIdOf, SealError, Sealing } from '../../../src/store/sealing.ts';

const keyOf = (id: string, byte: number): PayloadKey => ({
  id,
  key: createSecretKey(Buffer.alloc(32, byte)),
});
const [ONE, TWO] = [keyOf('k1', 1), keyOf('k2', 2)];
const PAYLOAD = '{"n":1.0}';

describe('store: sealing', () => {
  const sealing = new Sealing([ONE]);

  it('gives back any text, and never the same ciphertext twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (id, text) => {
        const [first, second] = [
          sealing.seal(id, 'payload', text),
          sealing.seal(id, 'payload', text),
        ];
        expect(first)
          .to.match(/^enc:v1:k1:[\w-]+$/)
          .and.not.equal(second);
        expect(sealing.open(id, 'payload', first)).to.equal(text);
      }),
    );
  });

  it('reads plain texts as they are, and without keys leaves all as they are', () => {
    expect(sealing.open('a', 'payload', PAYLOAD)).to.equal(PAYLOAD);
    const none = new Sealing();
    expect(none.seal('a', 'payload', PAYLOAD)).to.equal(PAYLOAD);
    expect(none.fingerprint('digest')).to.equal('digest');
  });

  it('is bound to the message and the field', () => {
    const sealed = sealing.seal('a', 'payload', PAYLOAD);
    for (const [id, field] of [
      ['b', 'payload'],
      ['a', 'headers'],
    ] as const) {
      expect(() => sealing.open(id, field, sealed)).to.throw(SealError, /does not fit/);
    }
  });

  it('notices what was changed, cut short, or encrypted with another key of that name', () => {
    const sealed = sealing.seal('a', 'payload', PAYLOAD);
    const flipped = sealed.replace(/(.)$/, (last) => (last === 'A' ? 'B' : 'A'));
    // The last character may hold bits that count for nothing.
    const changed = sealed.replace(
      /^(enc:v1:k1:.{20})(.)/,
      (_, head, c) => head + (c === 'A' ? 'B' : 'A'),
    );
    expect(flipped).not.to.equal(sealed);
    for (const text of [changed, sealed.slice(0, 30), sealed.slice(0, 40)]) {
      expect(() => sealing.open('a', 'payload', text)).to.throw(SealError, /"k1" does not fit/);
    }
    const other = new Sealing([keyOf('k1', 9)]);
    expect(() => other.open('a', 'payload', sealed)).to.throw(
      SealError,
      /another key of that name/,
    );
    expect(() => sealing.open('a', 'payload', 'enc:v1:')).to.throw(SealError);
  });

  it('encrypts with the first key and decrypts with all', () => {
    const before = sealing.seal('a', 'payload', PAYLOAD);
    const rotated = new Sealing([TWO, ONE]);
    expect(rotated.open('a', 'payload', before)).to.equal(PAYLOAD);
    const anew = rotated.reseal('a', 'payload', before);
    expect(keyIdOf(anew)).to.equal('k2');
    expect(new Sealing([TWO]).open('a', 'payload', anew)).to.equal(PAYLOAD);
    expect(keyIdOf(rotated.reseal('a', 'payload', PAYLOAD))).to.equal('k2');
  });

  it('names the key that is missing, and leaves what it cannot read as it is', () => {
    const sealed = sealing.seal('a', 'payload', PAYLOAD);
    const later = new Sealing([TWO]);
    const missing = 'payload key "k1" is not configured';
    expect(() => later.open('a', 'payload', sealed)).to.throw(SealError, missing);
    expect(() => new Sealing().open('a', 'payload', sealed)).to.throw(SealError, missing);
    expect(later.show('a', 'payload', sealed)).to.equal(sealed);
    expect(later.reseal('a', 'payload', sealed)).to.equal(sealed);
  });

  it('lets nobody without the key guess a request from its fingerprint', () => {
    const digest = sealing.fingerprint('digest');
    expect(digest).to.match(/^[\w-]{43}$/);
    expect(sealing.fingerprint('digest')).to.equal(digest);
    expect(new Sealing([TWO]).fingerprint('digest')).not.to.equal(digest);
  });
});
