import { expect } from 'chai';
import fc from 'fast-check';
import { originOf } from '../../../src/domain/origin.ts';

describe('domain: origin', () => {
  const cases: [url: string, origin: string][] = [
    ['http://example.com/hook', 'http://example.com'],
    ['HTTPS://Example.COM:8443/Hook?to=A', 'https://example.com:8443'],
    ['http://example.com:80', 'http://example.com'],
    ['https://example.com:443/', 'https://example.com'],
    ['http://example.com:443/', 'http://example.com:443'],
    ['http://example.com:/', 'http://example.com'],
    ['http://example.com?a=/b', 'http://example.com'],
    ['http://example.com#a', 'http://example.com'],
    ['http://example.com\\a', 'http://example.com'],
    ['http://[FE80::80]/', 'http://[fe80::80]'],
    ['http://[::1]:80/', 'http://[::1]'],
    ['ftp://example.com/', ''],
    ['example.com', ''],
    ['', ''],
  ];
  for (const [url, origin] of cases) {
    it(`of ${JSON.stringify(url)} is ${JSON.stringify(origin)}`, () => {
      expect(originOf(url)).to.equal(origin);
    });
  }

  it('is that of the URL standard, where nothing is spelled in an odd way', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] }),
        (url) => {
          expect(originOf(url)).to.equal(new URL(url).origin);
        },
      ),
    );
  });

  it('holds nothing that separates origins in a list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(originOf(`http://${text}`)).not.to.match(/\s(?<![\u0080-\uffff])/);
      }),
    );
  });
});
