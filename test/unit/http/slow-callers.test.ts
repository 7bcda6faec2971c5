import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { HttpServer, type HttpServerOptions } from '../../../src/http/server.ts';
import { timeLimits } from '../../../src/http/time-limits.ts';
import { systemClock as clock } from '../../../src/runtime/clock.ts';
import { openConnection } from '../../support/open-connection.ts';
import { recordingLog } from '../support/log.ts';

const TIMEOUT_MS = 150;

const TOKEN = { name: 'test', scopes: ['write'] as const };
/** Of the word `token`, as `sha256sum` prints it. */
const HASH = '3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0';

const HEAD = 'POST /messages HTTP/1.1\r\nhost: a\r\nauthorization: Bearer token\r\n';

describe('http: callers that take their time', () => {
  let server: HttpServer;
  let url: string;

  before(async () => {
    const options: Partial<HttpServerOptions> = {
      ...{ host: '127.0.0.1', port: 0, locale: 'en', tokens: [{ ...TOKEN, sha256: HASH }] },
      ...{ bodyLimitBytes: 1000, batchLimitBytes: 1000, maxTimeoutMs: 1000 },
      ...{
        requestTimeoutMs: TIMEOUT_MS,
        stopTimeoutMs: 0,
        rateLimit: undefined,
        takesRequests: true,
      },
      ...{ isOpen: () => true, meter: { answered: () => undefined } },
      ...{ clock, log: recordingLog().log },
      // Nothing that is asked here gets as far as Redis.
      ...{ reads: {} as HttpServerOptions['reads'] },
      durability: { standard: 'memory', check: () => Promise.resolve() },
    };
    server = new HttpServer(options as HttpServerOptions);
    await server.start();
    url = server.url();
  });
  after(() => server.stop());

  async function expectTimeout(...sent: readonly string[]): Promise<void> {
    const connection = await openConnection(url);
    for (const text of sent) connection.write(text);
    const [head = '', body = ''] = (await connection.closed).split('\r\n\r\n');
    expect(head).to.match(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(body)).to.include({ code: 'request-timeout' });
  }

  it('a connection on which nothing is sent is closed', () => expectTimeout());

  it('a head that never ends is not waited for', () => expectTimeout(HEAD));

  it('a body that never ends is not waited for', () =>
    expectTimeout(
      `${HEAD}content-type: application/json\r\ncontent-length: 100\r\n\r\n`,
      '{"id":',
    ));

  it('nor does a byte now and then keep a request alive', async () => {
    const connection = await openConnection(url);
    connection.write(HEAD);
    const trickle = setInterval(() => connection.write('x: y\r\n'), TIMEOUT_MS / 10);
    const answer = await connection.closed;
    clearInterval(trickle);
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
  });

  it('the rest of a body that was refused is not waited for either', async () => {
    const connection = await openConnection(url);
    connection.write(`${HEAD.replace('token', 'other')}content-length: 100\r\n\r\n`);
    expect(await connection.closed).to.match(/^HTTP\/1\.1 401 /);
  });

  it('answers that nobody reads are given up', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).pause();
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const count = 200;
    socket.write('GET /docs HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(count));
    // Nobody tells who does not read: the time is this process's own, and that of the server is over first.
    await new Promise((resolve) => void clock.after(10 * TIMEOUT_MS, () => resolve(undefined)));
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length)).resume();
    await once(socket, 'close');
    const page = await (await fetch(`${url}/docs`)).arrayBuffer();
    expect(bytes).to.be.below(count * page.byteLength);
  });

  it('an idle connection stays usable for longer than a head may take', async () => {
    expect(timeLimits(30_000)).to.deep.include({
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
    });
    const connection = await openConnection(url);
    connection.write('GET /docs HTTP/1.1\r\nhost: a\r\n\r\n');
    await connection.receives('</html>');
    await new Promise((resolve) => void clock.after(3 * TIMEOUT_MS, () => resolve(undefined)));
    connection.write('GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n');
    await connection.receives('HTTP/1.1 401');
    connection.destroy();
  });
});
