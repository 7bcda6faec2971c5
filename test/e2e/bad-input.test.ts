import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  AUTH,
  ask,
  expectProblem,
  JSON_TYPE,
  messageBody,
  rawMessageBody,
} from '../support/api.ts';
import { EVERYWHERE, placesOf } from '../support/message-keys.ts';
import { openConnection } from '../support/open-connection.ts';
import { useRefusals } from '../support/refusal.ts';
import { useService } from '../support/use-service.ts';

/** The default of API_BODY_LIMIT_BYTES. */
const LIMIT = 256 * 1024;

const NOT_OBJECTS = ['[]', '[{}]', '"text"', 'null', 'true', '12', ''];

const MALFORMED = ['{', '{"id":', "{'id':1}", '{"id":"a",}', 'id=a', '{}{}', '{"a":01}', '\0'];

const OTHER_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'junk'];

const UNROUTED: readonly [method: string, path: string, status: number, allow?: string][] = [
  ['GET', '/', 404],
  ['GET', '/message', 404],
  ['DELETE', '/messages/a/b', 404],
  ['POST', '//messages', 404],
  ['GET', '/MESSAGES', 404],
  ['GET', '/messages/a/FIRE', 404],
  ['PUT', '/messages', 405, 'DELETE, GET, HEAD, POST'],
  ['OPTIONS', '/messages', 405, 'DELETE, GET, HEAD, POST'],
  ['PUT', '/messages/a', 405, 'DELETE, GET, HEAD, PATCH'],
  ['GET', '/messages/a/fire', 405, 'POST'],
  ['DELETE', '/messages/a/replay', 405, 'POST'],
  ['POST', '/messages/a/other', 404],
  ['POST', '/health', 405, 'GET, HEAD'],
];

describe('a request that is not in order is refused', () => {
  const refused = useRefusals();

  for (const body of MALFORMED) {
    refused(`malformed: ${JSON.stringify(body)}`, async ({ api }) => {
      expect(expectProblem(await api.post(body), 400).detail).to.match(/not valid JSON: ./);
    });
  }

  for (const body of NOT_OBJECTS) {
    refused(`no object: ${JSON.stringify(body)}`, async ({ api }) => {
      const { detail } = expectProblem(await api.post(body), 422);
      expect(detail).to.equal('body: must be of type object');
    });
  }

  refused('without any body', async ({ service }) => {
    const asked = { method: 'POST', path: '/messages', headers: AUTH };
    expectProblem(await ask(service.url, asked), 415);
    expectProblem(await ask(service.url, { ...asked, headers: { ...AUTH, ...JSON_TYPE } }), 422);
  });

  for (const type of OTHER_TYPES) {
    refused(`of content type ${type}`, async ({ api }) => {
      const answer = await api.post(messageBody('typed'), { 'content-type': type });
      expect(expectProblem(answer, 415).detail).to.contain('application/json');
    });
  }

  refused('in another charset than UTF-8, and not misread', async ({ api }) => {
    const body = Buffer.from(JSON.stringify(messageBody('ação')), 'latin1');
    const answer = await api.post(body, { 'content-type': 'application/json; charset=iso-8859-1' });
    expect(expectProblem(answer, 415).detail).to.contain('UTF-8');
  });

  refused('in bytes that are no UTF-8, and not misread', async ({ api }) => {
    expectProblem(await api.post(Buffer.from(JSON.stringify(messageBody('ação')), 'latin1')), 400);
  });

  refused('over the limit, with and without Content-Length', async ({ service }) => {
    const body = rawMessageBody('big', `"${'x'.repeat(LIMIT)}"`);
    const headers = { ...AUTH, ...JSON_TYPE };
    for (const chunked of [false, true]) {
      const asked = { method: 'POST', path: '/messages', headers, body, chunked };
      expect(expectProblem(await ask(service.url, asked), 413).detail).to.contain(String(LIMIT));
    }
  });

  refused('that unpacks to more than the limit', async ({ api }) => {
    const bomb = gzipSync(rawMessageBody('big', `"${'x'.repeat(20 * LIMIT)}"`));
    expectProblem(await api.post(bomb, { 'content-encoding': 'gzip' }), 413);
  });

  refused('in an encoding that does not hold', async ({ api }) => {
    const whole = gzipSync(JSON.stringify(messageBody('zipped')));
    expectProblem(await api.post(whole.subarray(0, 30), { 'content-encoding': 'gzip' }), 400);
    expectProblem(await api.post(messageBody('zipped'), { 'content-encoding': 'gzip' }), 400);
    expectProblem(await api.post(messageBody('zipped'), { 'content-encoding': 'rot13' }), 415);
  });

  for (const [method, path, status, allow] of UNROUTED) {
    refused(`${method} ${path}: ${status}`, async ({ service }) => {
      const answer = await ask(service.url, { method, path, headers: AUTH });
      expect(expectProblem(answer, status).detail).to.contain(status === 404 ? path : method);
      expect(answer.headers.allow?.split(', ').sort().join(', ')).to.equal(allow);
    });
  }

  refused('that says no host; an expectation nobody knows does not matter', async ({ service }) => {
    for (const [headers, status] of [
      ['', 400],
      ['host: a\r\nexpect: the-unexpected\r\n', 401],
    ] as const) {
      const connection = await openConnection(service.url);
      connection.write(`GET /stats HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);
      const [head = '', body = ''] = (await connection.closed).split('\r\n\r\n');
      expect(head)
        .to.match(new RegExp(`^HTTP/1.1 ${status} `))
        .and.to.contain('problem+json');
      expect(JSON.parse(body).status).to.equal(status);
    }
  });

  refused('that deletes an id which no message can have', async ({ service }) => {
    for (const id of ['%00', '%ff', '%', 'x'.repeat(5000), '%F0%9F%A6']) {
      const asked = { method: 'DELETE', path: `/messages/${id}`, headers: AUTH };
      expectProblem(await ask(service.url, asked), 404);
    }
  });
});

describe('a path with a slash at its end', () => {
  const running = useService();

  it('is the path without it; what needs no token needs none', async () => {
    const { api, service } = running.current;
    for (const path of ['/health/', '/openapi.json/', '/docs/']) {
      expect((await ask(service.url, { method: 'GET', path })).status, path).to.equal(200);
    }
    expectProblem(await ask(service.url, { method: 'GET', path: '/stats/' }), 401);
    await api.post(messageBody('a'));
    expect((await api.get('/messages/a/')).status).to.equal(200);
  });
});

describe('a request at the edge of what is allowed is accepted', () => {
  const running = useService({ API_BODY_LIMIT_BYTES: '2000' });

  /** Expects 201 and the message in all three places. */
  async function expectStored(id: string, body: object | string | Buffer, headers = {}) {
    const { api, client } = running.current;
    const { status, text } = await api.post(body, headers);
    expect(status, text).to.equal(201);
    expect(await placesOf(client, id)).to.deep.equal(EVERYWHERE);
  }

  it('an id of 256 characters, whatever their number of bytes', async () => {
    await expectStored('🦄'.repeat(256), messageBody('🦄'.repeat(256)));
  });

  it('exactly as many bytes as API_BODY_LIMIT_BYTES', async () => {
    const filled = (bytes: number) => {
      const length = bytes - rawMessageBody('filled', '""').length;
      return rawMessageBody('filled', `"${'x'.repeat(length)}"`);
    };
    expectProblem(await running.current.api.post(filled(2001)), 413);
    await expectStored('filled', filled(2000));
  });

  it('compressed', () => {
    const packed = gzipSync(JSON.stringify(messageBody('zip')));
    return expectStored('zip', packed, { 'content-encoding': 'gzip' });
  });

  it('with its charset named, or of another JSON type', async () => {
    const types = ['application/json; charset=UTF-8', 'application/cloudevents+json'];
    for (const type of types) await expectStored(type, messageBody(type), { 'content-type': type });
  });
});
