import { expect } from 'chai';
import fc from 'fast-check';
import { REDACTED } from '../../../src/runtime/redaction.ts';
import { isMaskedUrl, isSecretName, maskUrl } from '../../../src/runtime/secrets.ts';

const SECRET = [
  ...['Authorization', 'Proxy-Authorization', 'x-authorisation', 'X-Auth', 'x_auth_user', 'Bearer'],
  ...['Cookie', 'Set-Cookie', 'token', 'X-CSRF-Token', 'access_token', 'authToken', 'idToken'],
  ...['secret', 'client_secret', 'X-Secret-Word', 'password', 'passwd', 'db-passphrase', 'pwd'],
  ...['X-Api-Key', 'apikey', 'api_key', 'apiKey', 'x-functions-key', 'Ocp-Apim-Subscription-Key'],
  ...['X-Amz-Signature', 'X-Amz-Security-Token', 'X-Amz-Credential', 'sig', 'jwt', 'otp', 'x-hmac'],
  ...['session', 'sessionId', 'private-key', 'accessKey', 'key', 'code'],
];

const PLAIN = [
  ...['Accept', 'Content-Type', 'User-Agent', 'X-Author', 'authority', 'x-request-id', 'etag'],
  ...['Idempotency-Key', 'partition-key', 'keyboard', 'monkey', 'code_name', 'postcode', 'design'],
  ...['hotpot', 'id', 'page', 'sigma', ''],
];

const MASKED: readonly [url: string, shown: string][] = [
  ['https://a.example/hook', 'https://a.example/hook'],
  ['https://a.example/hook?x=1', 'https://a.example/hook?x=1'],
  ['https://a.example/hook?token=s3', 'https://a.example/hook?token=***'],
  ['https://a.example/?a=1&sig=s3%3D&b=2', 'https://a.example/?a=1&sig=***&b=2'],
  ['https://a.example/?api%5Fkey=s3', 'https://a.example/?api%5Fkey=***'],
  ['https://a.example/?%zz=1&key=s3', 'https://a.example/?%zz=1&key=***'],
  ['https://a.example/?token', 'https://a.example/?token'],
  ['https://a.example/?token=', 'https://a.example/?token=***'],
  ['https://a.example/?token=a=b?c&d=e', 'https://a.example/?token=***&d=e'],
  ['https://a.example/p;sessionid=s3/q?x=1', 'https://a.example/p;sessionid=***'],
  ['https://a.example/#access_token=s3', 'https://a.example/#access_token=***'],
  ['https://user:s3@a.example/', 'https://***@a.example/'],
  ['https://a.example/@user?mail=a@b', 'https://a.example/@user?mail=a@b'],
];

describe('secrets', () => {
  it('go by these names', () => {
    expect(SECRET.filter((name) => !isSecretName(name))).to.deep.equal([]);
  });

  it('do not go by these', () => {
    expect(PLAIN.filter(isSecretName)).to.deep.equal([]);
  });

  it('are what the log hides by name, as far as it can', () => {
    const names = REDACTED.paths.map((path) => /"(.+)"/.exec(path)?.[1] ?? path);
    expect(names.filter((name) => !isSecretName(name))).to.deep.equal([]);
  });

  it('are told from what hides them', () => {
    for (const [url, shown] of MASKED) {
      expect(isMaskedUrl(url), url).to.equal(false);
      expect(isMaskedUrl(shown), shown).to.equal(/=\*\*\*/.test(shown));
    }
    expect(isMaskedUrl('https://a.example/?rating=***')).to.equal(false);
  });

  for (const [url, shown] of MASKED) {
    it(`${url} is shown as ${shown}`, () => expect(maskUrl(url)).to.equal(shown));
  }

  it('are all that is changed in a URL, and once is enough', () => {
    const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
    fc.assert(
      fc.property(url, (text) => {
        const { searchParams, hash } = new URL(text);
        const names = [...searchParams.keys()];
        if (![...names, hash].some(isSecretName) && !/[;#]/.test(text)) {
          expect(maskUrl(text)).to.equal(text);
        }
        expect(maskUrl(maskUrl(text))).to.equal(maskUrl(text));
      }),
    );
  });

  it('are masked in time that grows with the length alone', () => {
    for (const part of ['?', '&', ';', '@', '?a', '&=', 'token=']) {
      const url = `https://a.example/${part.repeat(100_000)}`;
      expect(maskUrl(url)).to.be.a('string');
    }
  }).timeout(2000);
});
