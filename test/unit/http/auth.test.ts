import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Context, Middleware } from 'koa';
import { bearerAuth, callerOf, requireScope } from '../../../src/http/auth.ts';
import { ProblemError } from '../../../src/http/problems.ts';
import type { ApiToken } from '../../../src/runtime/api-token.ts';

const TOKEN = 'aB3-_.~+/=:@!';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const TOKENS: readonly ApiToken[] = [
  { name: 'first', sha256: sha256(TOKEN), scopes: ['read', 'write', 'admin'] },
  { name: 'second', sha256: sha256('other'), scopes: ['read'] },
  { name: 'third', sha256: sha256('third'), scopes: ['write'] },
];

/** What a middleware throws, or the name of the caller when it lets the request through. */
function ask(authorization: string | undefined, path = '/messages', use?: Middleware): unknown {
  const middleware = bearerAuth(TOKENS, (open) => open === '/health');
  const ctx = { path, get: () => authorization ?? '', state: {} } as unknown as Context;
  let passed = false;
  const pass = () => {
    passed = true;
    return Promise.resolve();
  };
  try {
    void middleware(ctx, use === undefined ? pass : () => use(ctx, pass));
  } catch (error) {
    expect(passed).to.equal(false);
    return error;
  }
  expect(passed).to.equal(true);
  return callerOf(ctx)?.name;
}

describe('http: auth', () => {
  for (const header of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}  `]) {
    it(`lets ${JSON.stringify(header)} through`, () => {
      expect(ask(header)).to.equal('first');
    });
  }

  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer${TOKEN}`,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toLowerCase()}`,
    `Bearer ${TOKEN} ${TOKEN}`,
    `Bearer x, Bearer ${TOKEN}`,
    'Bearer undefined',
    `Bearer ${sha256(TOKEN)}`,
    'Bearer other2',
  ]) {
    it(`refuses ${JSON.stringify(header)}, saying how to do it`, () => {
      const error = ask(header);
      expect(error).to.be.instanceOf(ProblemError).with.property('code', 'unauthorized');
      expect((error as ProblemError).extras.headers).to.deep.equal({
        'www-authenticate': 'Bearer',
      });
    });
  }

  it('needs no token for an open path, and for no other that looks like it', () => {
    expect(ask(undefined, '/health')).to.equal(undefined);
    expect(ask(`Bearer ${TOKEN}`, '/health')).to.equal(undefined);
    for (const path of ['/health/', '/healthy', '/HEALTH', '//health', '/messages']) {
      expect(ask(undefined, path), path).to.be.instanceOf(ProblemError);
    }
  });

  it('knows whose token it is, wherever that stands in the list', () => {
    expect(ask('Bearer other')).to.equal('second');
    expect(ask('Bearer third')).to.equal('third');
  });

  it('names the scope that a token lacks', () => {
    expect(ask('Bearer other', '/messages', requireScope('read'))).to.equal('second');
    const error = ask('Bearer third', '/messages', requireScope('read'));
    expect(error).to.be.instanceOf(ProblemError).with.property('code', 'missing-scope');
    expect((error as ProblemError).subject).to.equal('read');
    expect((error as ProblemError).extras.headers).to.deep.equal({
      'www-authenticate': 'Bearer error="insufficient_scope", scope="read"',
    });
  });

  it('has no scope where no token was looked at', () => {
    const error = ask(undefined, '/health', requireScope('read'));
    expect(error).to.be.instanceOf(ProblemError).with.property('code', 'missing-scope');
  });
});
