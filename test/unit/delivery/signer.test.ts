import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { Signer, type SignerOptions } from '../../../src/delivery/signer.ts';

/** The vectors of the specification's own libraries. */
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const NOW = 1_614_265_330_000;
const BODY = '{"test": 2432232314}';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const KEY = 'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=';
const V1A =
  'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==';

const OTHER_SECRET = `whsec_${Buffer.alloc(64, 9).toString('base64')}`;
const OTHER_KEY = `whsk_${Buffer.alloc(32, 9).toString('base64')}`;

const signer = (over: Partial<SignerOptions> = {}) =>
  new Signer({ secrets: [], ed25519Keys: [], ...over });

/** The headers of a webhook sent now; as a receiver gets them. */
const sentNow = (over: Partial<SignerOptions>, id: string, body: string) =>
  signer(over).headers(id, body, Date.now()) as Record<string, string>;

describe('delivery: signer', () => {
  it('signs as the specification does with a secret', () => {
    expect(signer({ secrets: [SECRET] }).headers(ID, BODY, NOW + 999)).to.deep.equal({
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': V1,
    });
  });

  it('signs as the specification does with an ed25519 key', () => {
    const headers = signer({ ed25519Keys: [KEY] }).headers(ID, BODY, NOW);
    expect(headers['webhook-signature']).to.equal(V1A);
  });

  it('signs with all there are: secrets first, and of each kind the newest first', () => {
    const all = { secrets: [SECRET, OTHER_SECRET], ed25519Keys: [KEY, OTHER_KEY] };
    const signatures = signer(all).headers(ID, BODY, NOW)['webhook-signature']?.split(' ') ?? [];
    expect(signatures.map((signature) => signature.split(',')[0])).to.deep.equal([
      ...['v1', 'v1', 'v1a', 'v1a'],
    ]);
    expect([signatures[0], signatures[2]]).to.deep.equal([V1, V1A]);
  });

  it('has nothing to say without a secret or a key', () => {
    expect(signer().headers('a.b', BODY, NOW)).to.deep.equal({});
    expect(signer().publicKeys()).to.deep.equal([]);
  });

  it('the reference library verifies it, with each of the secrets', () => {
    const rotating = { secrets: [OTHER_SECRET, SECRET], ed25519Keys: [KEY] };
    for (const body of ['{"a":1}', '"ção 🦄"', '1.50', 'null', '{"n":12345678901234567890}']) {
      const headers = sentNow(rotating, 'order-1', body);
      for (const secret of rotating.secrets) new Webhook(secret).verify(body, headers);
      expect(() => new Webhook(SECRET).verify(`${body} `, headers)).to.throw('No matching');
    }
  });

  it('the reference library refuses another id, another time and another secret', () => {
    const headers = sentNow({ secrets: [SECRET] }, ID, BODY);
    const webhook = new Webhook(SECRET);
    webhook.verify(BODY, headers);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => webhook.verify(BODY, { ...headers, 'webhook-id': 'x' })).to.throw('No matching');
    expect(() => webhook.verify(BODY, { ...headers, 'webhook-timestamp': later })).to.throw();
    expect(() => new Webhook(OTHER_SECRET).verify(BODY, headers)).to.throw('No matching');
  });

  it('signs the empty body of a GET', () => {
    const headers = sentNow({ secrets: [SECRET] }, ID, '');
    expect(new Webhook(SECRET).verify('', headers)).to.equal(undefined);
  });

  it('keeps an id from passing for an id, a time and the beginning of a body', () => {
    const headers = signer({ secrets: [SECRET] }).headers('a.1614265330.5', '1', NOW);
    expect(headers['webhook-id']).to.equal('a%2E1614265330%2E5');
    expect(decodeURIComponent(headers['webhook-id'] ?? '')).to.equal('a.1614265330.5');
  });

  it('publishes what verifies it, as a JWK and as the specification writes it', () => {
    const own = signer({ ed25519Keys: [KEY, OTHER_KEY] });
    const { 'webhook-signature': signatures = '' } = own.headers(ID, BODY, NOW);
    const keys = own.publicKeys();
    expect(keys).to.have.length(2);
    for (const [n, { kty, crv, x, whpk }] of keys.entries()) {
      const signature = Buffer.from(signatures.split(' ')[n]?.slice(4) ?? '', 'base64');
      const content = Buffer.from(`${ID}.1614265330.${BODY}`);
      const key = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
      expect(verify(null, content, key, signature)).to.equal(true);
      expect(whpk).to.equal(`whpk_${Buffer.from(x, 'base64url').toString('base64')}`);
    }
    expect(JSON.stringify(keys)).not.to.contain(KEY.slice(5));
  });

  it('names a key by its thumbprint (RFC 8037, A.3)', () => {
    const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url');
    const [key] = signer({ ed25519Keys: [`whsk_${seed.toString('base64')}`] }).publicKeys();
    expect(key?.kid).to.equal('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('does not tell a secret that is none', () => {
    expect(() => signer({ secrets: ['whsec_c2VjcmV0'] })).to.throw(/^this is no secret/);
    expect(() => signer({ ed25519Keys: ['whsk_c2VjcmV0'] })).to.throw(/^this is no ed25519 key/);
  });
});
