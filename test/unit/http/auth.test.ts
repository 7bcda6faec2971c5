import { expect } from 'chai';
import type { Context } from 'koa';
import { bearerAuth } from '../../../src/http/auth.ts';
import { ProblemError } from '../../../src/http/problems.ts';

const TOKEN = 'aB3-_.~+/=:@!';

function ask(authorization: string | undefined, path = '/messages', token = TOKEN): unknown {
  const middleware = bearerAuth(token, (open) => open === '/health');
  const ctx = { path, get: () => authorization ?? '' } as unknown as Context;
  let passed = false;
  try {
    void middleware(ctx, () => {
      passed = true;
      return Promise.resolve();
    });
  } catch (error) {
    expect(passed).to.equal(false);
    return error;
  }
  return passed;
}

describe('http: auth', () => {
  for (const header of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}  `]) {
    it(`lets ${JSON.stringify(header)} through`, () => {
      expect(ask(header)).to.equal(true);
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
    expect(ask(undefined, '/health')).to.equal(true);
    for (const path of ['/health/', '/healthy', '/HEALTH', '//health', '/messages']) {
      expect(ask(undefined, path), path).to.be.instanceOf(ProblemError);
    }
  });
});
