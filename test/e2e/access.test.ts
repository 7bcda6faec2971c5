import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Access } from '../../src/http/auth.ts';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { SCOPES } from '../../src/runtime/api-token.ts';
import { ask, expectProblem, messageBody } from '../support/api.ts';
import { request } from '../support/requests.ts';
import { useService } from '../support/use-service.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A token for each scope, and what is wrong with the requests they are tried on: nothing may come of them. */
const TOKENS = SCOPES.map((scope) => `${scope}-only:${scope}:sha256=${sha256(`may-${scope}`)}`);
const NOTHING = { id: 'absent', query: '?colour=red', body: '{' };

/** What each operation asks of a token, as it is promised: a change here is a change to who may do what. */
const PROMISED: Readonly<Record<string, Access>> = {
  'post /messages': 'write',
  'post /messages/batch': 'write',
  'patch /messages/{id}': 'write',
  'delete /messages/{id}': 'write',
  'post /messages/{id}/fire': 'write',
  'post /messages/{id}/replay': 'write',
  'get /messages': 'read',
  'get /messages/{id}': 'read',
  'get /deliveries': 'read',
  'get /stats': 'read',
  'get /metrics': 'read',
  'delete /messages': 'admin',
  'post /messages/replay': 'admin',
  'get /health': 'open',
  'get /livez': 'open',
  'get /readyz': 'open',
  'get /openapi.json': 'open',
  'get /docs': 'open',
  'get /.well-known/jwks.json': 'open',
};

describe('who may call', () => {
  const running = useService({ API_LOCALE: 'en', API_TOKENS: TOKENS.join('\n') });

  it('is promised for every operation, and for no other', () => {
    const names = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect(names).to.have.members(Object.keys(PROMISED));
  });

  for (const [name, access] of Object.entries(PROMISED)) {
    const [method = '', path = ''] = name.split(' ');
    it(`${name}: ${access}`, async () => {
      for (const scope of SCOPES) {
        const asked = { method, path, ...NOTHING, token: `may-${scope}` };
        const answer = await request(running.current.service.url, asked);
        if (access === 'open' || access === scope)
          expect(answer.status).not.to.be.oneOf([401, 403]);
        else expect(expectProblem(answer, 403).detail).to.contain(`the scope ${access}`);
      }
    });
  }

  it('is told by the token alone: a hash, another token or none at all open nothing', async () => {
    for (const token of [sha256('may-read'), 'may-read2', 'MAY-READ', '']) {
      const asked = { method: 'get', path: '/stats', token };
      const answer = await request(running.current.service.url, asked);
      expect(expectProblem(answer, 401).code).to.equal('unauthorized');
    }
  });

  it('is settled before anything is read: without the scope no body is waited for', async () => {
    const answer = await ask(running.current.service.url, {
      ...{ method: 'POST', path: '/messages' },
      headers: {
        authorization: 'Bearer may-read',
        'content-type': 'application/json',
        'content-length': '1000',
      },
    });
    expectProblem(answer, 403);
  });

  it('lets who may only write schedule and cancel, and not look', async () => {
    const { url } = running.current.service;
    const token = 'may-write';
    const created = await request(url, {
      ...{ method: 'post', path: '/messages', token },
      body: messageBody('blind'),
    });
    expect(created.status).to.equal(201);
    const one = { path: '/messages/{id}', id: 'blind', token };
    expect((await request(url, { method: 'get', ...one })).status).to.equal(403);
    expect((await request(url, { method: 'head', ...one })).status).to.equal(403);
    expect((await request(url, { method: 'delete', ...one })).status).to.equal(200);
  });

  it('shows no token in the log, whatever it is', () => {
    const log = JSON.stringify(running.current.service.logs);
    for (const scope of SCOPES) expect(log).not.to.contain(`may-${scope}`);
  });
});
