import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseSecret, parseSigningKey } from '../../../src/domain/signing-keys.ts';

const base64 = (length: number, fill = 7) => Buffer.alloc(length, fill).toString('base64');

/** RFC 8032, 7.1, test 1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const hex = (text: string) => Buffer.from(text, 'hex');

describe('domain: keys that webhooks are signed with', () => {
  it('a secret has 24 to 64 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const parsed = parseSecret(`whsec_${Buffer.from(bytes).toString('base64')}`);
        const fits = bytes.length >= 24 && bytes.length <= 64;
        expect(parsed).to.deep.equal(fits ? Buffer.from(bytes) : undefined);
      }),
    );
  });

  for (const text of [
    ...[
      '',
      'whsec_',
      base64(32),
      `whsk_${base64(32)}`,
      `WHSEC_${base64(32)}`,
      ` whsec_${base64(32)}`,
    ],
    ...[`whsec_${base64(32)}\n`, `whsec_${base64(32)}!`, `whsec_${base64(25).replace(/=+$/, '')}`],
    ...[`whsec_${Buffer.alloc(33, 251).toString('base64url')}`, `whsec_ ${base64(32)}`],
  ]) {
    it(`${JSON.stringify(text)} is no secret`, () => {
      expect(parseSecret(text)).to.equal(undefined);
    });
  }

  it('an ed25519 key is its 32 bytes, with the public one or without', () => {
    for (const bytes of [hex(SEED), hex(SEED + PUBLIC)]) {
      const key = parseSigningKey(`whsk_${bytes.toString('base64')}`);
      expect(key?.publicKey).to.deep.equal(hex(PUBLIC));
      expect(key?.privateKey.asymmetricKeyType).to.equal('ed25519');
    }
  });

  it('takes the keys Node makes', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
    const key = parseSigningKey(`whsk_${Buffer.from(d, 'base64url').toString('base64')}`);
    expect(key?.publicKey.toString('base64url')).to.equal(x);
    expect(publicKey.export({ format: 'jwk' }).x).to.equal(x);
  });

  it('what is not one is none: another length, or the public key of another', () => {
    for (const bytes of [Buffer.alloc(31), Buffer.alloc(33), Buffer.alloc(48), Buffer.alloc(0)]) {
      expect(parseSigningKey(`whsk_${bytes.toString('base64')}`)).to.equal(undefined);
    }
    const mixed = hex(SEED + PUBLIC.replace('d7', 'd8')).toString('base64');
    expect(parseSigningKey(`whsk_${mixed}`)).to.equal(undefined);
    expect(parseSigningKey(`whsec_${base64(32)}`)).to.equal(undefined);
  });
});
