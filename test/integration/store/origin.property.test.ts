import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { originOf } from '../../../src/domain/origin.ts';
import { useRedis } from '../../support/redis.ts';

const LUA = new URL('../../../src/store/lua/includes/origin.lua', import.meta.url);

const SCRIPT = `${readFileSync(LUA, 'utf8')}
local origins = {}
for i, url in ipairs(ARGV) do origins[i] = origin_of(url) end
return origins`;

/** Pieces that URLs are made of, in any order: far more of them mean something than random text would. */
const PIECES = [
  ...['http', 'https', 'HTTP', 'hTTps', 'ftp', 'httpſ', ':', '//', '/', '\\', '?', '#', '@', '.'],
  ...['example.com', 'EXAMPLE', 'ÉÑ', 'ß', '😀', '127.0.0.1', '[::1]', '[FE80::80]', '%41', '*'],
  ...[
    ':80',
    ':443',
    ':8080',
    ':080',
    '80',
    ' ',
    '\t',
    '\n',
    '\0',
    '\x7f',
    '\x85',
    '&',
    '-',
    '~',
    '!',
  ],
];

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((some) => some.join(''));
const urls = fc.oneof(
  pieces,
  pieces.map((rest) => `http://${rest}`),
  pieces.map((rest) => `https://${rest}`),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: 'binary' }).map((rest) => `http://${rest}`),
);

describe('the origin of a URL', () => {
  const redis = useRedis();

  it('is the same in Lua and in TypeScript, whatever the URL', async () => {
    const { client } = redis.current;
    await fc.assert(
      fc.asyncProperty(fc.array(urls, { minLength: 20 }), async (some) => {
        const inLua = await client.eval(SCRIPT, 0, ...some);
        expect(inLua).to.deep.equal(some.map(originOf));
      }),
      { numRuns: 200 },
    );
  });
});
