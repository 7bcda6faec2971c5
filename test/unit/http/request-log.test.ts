import { expect } from 'chai';
import type { Context } from 'koa';
import { newRequestId, takeRequestId } from '../../../src/http/request-id.ts';
import { requestLog } from '../../../src/http/request-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

describe('http: the id of a request', () => {
  for (const given of [
    'a',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'a_b.c:d@e/f+g=',
    'x'.repeat(128),
  ]) {
    it(`is the one it came with: ${given.slice(0, 40)}`, () => {
      expect(takeRequestId(given)).to.equal(given);
    });
  }

  const refused = [
    undefined,
    '',
    'x'.repeat(129),
    'a b',
    'a,b',
    'ä',
    'a"b',
    'a\nb',
    '<b>',
    ['a', 'b'],
  ];
  for (const given of refused) {
    it(`is a new one when it came with ${JSON.stringify(given)?.slice(0, 40)}`, () => {
      const taken = takeRequestId(given);
      expect(taken).to.match(/^[\da-f]{12}-\d+$/);
      expect(takeRequestId(given)).to.not.equal(taken);
    });
  }

  it('that is new is one that would be taken over', () => {
    const id = newRequestId();
    expect(takeRequestId(id)).to.equal(id);
  });
});

describe('http: the log line of a request', () => {
  /** The line of a request whose handling changes the context and takes some time. */
  async function lineOf(given: object, handled: object = {}, tookMs = 0) {
    const clock = new FakeClock();
    const { log, entries } = recordingLog();
    const middleware = requestLog({ clock, log, isProbe: (path) => path === '/probe' });
    const headers: Record<string, string> = {};
    const ctx = {
      ...{ method: 'GET', path: '/', status: 404, state: {}, req: { headers: {} } },
      set: (name: string, value: string) => {
        headers[name] = value;
      },
      ...given,
    } as unknown as Context;
    await middleware(ctx, () => {
      Object.assign(ctx, handled, { state: { ...ctx.state, ...(handled as Context).state } });
      return clock.advance(tookMs);
    });
    expect(entries).to.have.length(1);
    const { time: _time, ...entry } = entries[0] as LogEntry;
    return { entry, headers };
  }

  it('says what was asked, how it was answered, and how long that took', async () => {
    const req = { headers: { 'x-request-id': 'r-1', authorization: 'Bearer hush' } };
    const given = { method: 'DELETE', path: '/messages/a%20b', querystring: 'token=hush', req };
    const state = { caller: { name: 'shop', scopes: ['write'] } };
    const params = { id: 'a b' };
    const handled = { _matchedRoute: '/messages/:id', params, state, status: 200 };
    const { entry, headers } = await lineOf(given, handled, 12.345);
    expect(headers).to.deep.equal({ 'x-request-id': 'r-1' });
    expect(entry).to.deep.equal({
      level: LEVEL.info,
      requestId: 'r-1',
      method: 'DELETE',
      route: '/messages/:id',
      path: '/messages/a%20b',
      caller: 'shop',
      id: 'a b',
      statusCode: 200,
      duration: 12.3,
      msg: 'request',
    });
  });

  it('names the message it made, and the problem it was answered with', async () => {
    const state = { messageId: 'made', problemCode: 'message-exists' };
    const { entry } = await lineOf({ method: 'POST', path: '/messages' }, { state, status: 409 });
    expect(entry).to.include({ id: 'made', code: 'message-exists', statusCode: 409 });
  });

  it('of a probe is for debugging only', async () => {
    expect((await lineOf({ path: '/probe' })).entry.level).to.equal(LEVEL.debug);
  });

  it('repeats no more of a path than a line can bear', async () => {
    const { entry } = await lineOf({ path: `/${'x'.repeat(10_000)}` });
    expect(entry.path).to.have.length(300);
  });
});
