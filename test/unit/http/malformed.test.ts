import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { localeOf } from '../../../src/http/locale/locale.ts';
import { answerMalformed } from '../../../src/http/malformed.ts';
import { SECURITY_HEADERS } from '../../../src/http/security-headers.ts';
import { openConnection } from '../../support/open-connection.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

const POST = 'POST / HTTP/1.1\r\nhost: a\r\n';

/** What arrives, and what is answered to it. */
const MALFORMED: readonly [what: string, text: string, status: string, code: string][] = [
  ['no HTTP', '\x16\x03\x01\r\n\r\n', '400 Bad Request', 'malformed-request'],
  ['an unknown method', 'FOO / HTTP/1.1\r\n\r\n', '400 Bad Request', 'malformed-request'],
  [
    'a length that is none',
    `${POST}content-length: x\r\n\r\n`,
    '400 Bad Request',
    'malformed-request',
  ],
  [
    'two lengths',
    `${POST}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
    '400 Bad Request',
    'malformed-request',
  ],
  [
    'a broken chunk',
    `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    '400 Bad Request',
    'malformed-request',
  ],
  [
    'headers without end',
    `${POST}x: ${'y'.repeat(20_000)}`,
    '431 Request Header Fields Too Large',
    'headers-too-large',
  ],
  ['half a request', `${POST}content-le`, '408 Request Timeout', 'request-timeout'],
];

describe('http: what is no request', () => {
  let server: Server;
  let entries: LogEntry[];
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function start(options: ServerOptions = {}): Promise<string> {
    const recorded = recordingLog();
    entries = recorded.entries;
    server = createServer(options);
    answerMalformed(server, localeOf('en'), recorded.log);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  for (const [what, text, status, code] of MALFORMED) {
    it(`${what} is answered with a problem document, and the connection closed`, async () => {
      const url = await start({ requestTimeout: 100, connectionsCheckingInterval: 10 });
      const connection = await openConnection(url);
      connection.write(text);
      const [head = '', body = ''] = (await connection.closed).split('\r\n\r\n');
      expect(head).to.match(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
      expect(head).to.contain('content-type: application/problem+json');
      const statusCode = Number.parseInt(status, 10);
      expect(JSON.parse(body)).to.include({ code, status: statusCode });
      const [, requestId] = /\r\nx-request-id: (\S+)/.exec(head) ?? [];
      const [entry] = entries;
      expect(entry).to.include({ level: LEVEL.info, requestId, statusCode, code, msg: 'request' });
      expect(requestId).to.match(/^\w+-\d+$/);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(head).to.contain(`\r\n${name}: ${value}`);
      }
    });
  }

  it('does not end up in the middle of another answer', async () => {
    const url = await start();
    server.on('request', (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
    });
    const connection = await openConnection(url);
    connection.write(`${POST}content-length: 0\r\n\r\n`);
    await connection.receives('12345');
    connection.write('garbage\r\n\r\n');
    expect(await connection.closed).to.match(/12345$/);
  });
});
