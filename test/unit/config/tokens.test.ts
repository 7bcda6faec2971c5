import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigError, readConfig } from '../../../src/config/config.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const tokensOf = (list: string, main?: string) =>
  readConfig({ API_TOKENS: list, ...(main === undefined ? {} : { API_TOKEN: main }) }).api.tokens;

function problemsOf(list: string, main?: string): readonly string[] {
  try {
    tokensOf(list, main);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error('the tokens were accepted');
}

const SECRET = 'Zq7mVtop-secret';
const SHAPE = 'must be name:scopes:token or name:scopes:sha256=hash';
const SCOPES = 'must have scopes, some of read, write, admin, joined by + as in read+write';

/** An entry, and what is said of it. */
const WRONG: readonly [entry: string, problem: string][] = [
  [SECRET, `API_TOKENS: entry 1 ${SHAPE}`],
  [`ci:${SECRET}`, `API_TOKENS: entry 1 ${SHAPE}`],
  ['ci:read:', `API_TOKENS: entry 1 (ci) ${SHAPE}`],
  [
    `c i:read:${SECRET}`,
    'API_TOKENS: entry 1 must have a name of 1 to 64 letters, digits, dots, - or _',
  ],
  [
    `:read:${SECRET}`,
    'API_TOKENS: entry 1 must have a name of 1 to 64 letters, digits, dots, - or _',
  ],
  [`ci::${SECRET}`, `API_TOKENS: entry 1 ${SCOPES}`],
  [`ci:raed:${SECRET}`, `API_TOKENS: entry 1 ${SCOPES}`],
  [`ci:read+:${SECRET}`, `API_TOKENS: entry 1 ${SCOPES}`],
  [`ci:READ:${SECRET}`, `API_TOKENS: entry 1 ${SCOPES}`],
  [`ci:${SECRET}:read`, `API_TOKENS: entry 1 ${SCOPES}`],
  [`${SECRET}:ci:read`, `API_TOKENS: entry 1 ${SCOPES}`],
  ['ci:read:a b', 'API_TOKENS: entry 1 (ci) must have a token of visible ASCII characters'],
  ['ci:read:ação', 'API_TOKENS: entry 1 (ci) must have a token of visible ASCII characters'],
  ['ci:read:sha256=abc', 'API_TOKENS: entry 1 (ci) must have 64 hexadecimal digits after sha256='],
];

describe('config: tokens', () => {
  it('are named, with scopes, as a value or as the hash that sha256sum prints', () => {
    const list = `ci:read+write:${SECRET},ops:admin:sha256=${sha256('ops').toUpperCase()}`;
    expect(tokensOf(list)).to.deep.equal([
      { name: 'ci', sha256: sha256(SECRET), scopes: ['read', 'write'] },
      { name: 'ops', sha256: sha256('ops'), scopes: ['admin'] },
    ]);
  });

  it('may be given line by line, with space around them and a mark at the end', () => {
    const tokens = tokensOf('\n  a:read:one ,\r\n b:write+read+write:two:=+/\n,');
    expect(tokens).to.deep.equal([
      { name: 'a', sha256: sha256('one'), scopes: ['read'] },
      { name: 'b', sha256: sha256('two:=+/'), scopes: ['read', 'write'] },
    ]);
  });

  it('stand beside API_TOKEN, which may do anything and is never taken for a hash', () => {
    const main = `sha256=${sha256('x')}`;
    expect(tokensOf('ci:read:one', main)).to.deep.equal([
      { name: 'API_TOKEN', sha256: sha256(main), scopes: ['read', 'write', 'admin'] },
      { name: 'ci', sha256: sha256('one'), scopes: ['read'] },
    ]);
  });

  it('leave nothing of themselves in the configuration', () => {
    const config = readConfig({ API_TOKEN: SECRET, API_TOKENS: `ci:read:${SECRET}-2` });
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config))
      .to.contain(sha256(SECRET))
      .and.not.contain(SECRET);
  });

  for (const [entry, problem] of WRONG) {
    it(`are refused: ${entry}`, () => {
      expect(problemsOf(entry)).to.deep.equal([problem]);
    });
  }

  it('must be there: a list without an entry is none', () => {
    expect(problemsOf(' ,\n')).to.deep.equal(['API_TOKEN: is required and not set']);
  });

  it('say every entry that is wrong, by its place', () => {
    const problems = problemsOf(`a:read:one,b:none:${SECRET}\nc:read:two,${SECRET}`);
    expect(problems).to.deep.equal([
      `API_TOKENS: entry 2 ${SCOPES}`,
      `API_TOKENS: entry 4 ${SHAPE}`,
    ]);
  });

  it('cannot share a name, or be the same token: whose would a request be?', () => {
    expect(problemsOf('a:read:one,a:write:two')).to.deep.equal([
      'API_TOKENS: the name a is taken twice',
    ]);
    expect(problemsOf(`a:read:one,b:write:sha256=${sha256('one')}`)).to.deep.equal([
      'API_TOKENS: b is the same token as a',
    ]);
    expect(problemsOf(`a:read:${SECRET}`, SECRET)).to.deep.equal([
      'API_TOKENS: a is the same token as API_TOKEN',
    ]);
  });

  it('are never shown, whatever is wrong and wherever they stand', () => {
    const part = fc.constantFrom(SECRET, 'read', 'ci', '', 'sha256=', 'raed', `sha256=${SECRET}`);
    const entry = fc
      .array(part, { minLength: 1, maxLength: 4 })
      // In the place of the name, of an entry in order, it is the name.
      .filter(([first, second]) => !(first === SECRET && second === 'read'))
      .map((parts) => parts.join(':'));
    const list = fc.array(entry, { minLength: 1, maxLength: 3 }).map((all) => all.join());
    fc.assert(
      fc.property(list, (text) => {
        try {
          tokensOf(text);
        } catch (error) {
          expect((error as ConfigError).message).not.to.contain(SECRET);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
