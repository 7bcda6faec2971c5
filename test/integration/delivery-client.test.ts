import { expect } from 'chai';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';

const STATUS_LINES_NOT_HTTP: readonly [what: string, text: string][] = [
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  [
    'a change of protocol',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ],
  ['a broken head', 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n'],
  ['a head without end', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(100_000)}`],
];

describe('WebhookClient: what an answer comes to', () => {
  const { deliver, deliverTo, limit, server } = useWebhookClient();

  it('sends one POST of exactly the payload', async () => {
    await deliverTo((socket) => socket.write(plain('204 No Content')));
    const [head = '', body] = String(server().requests[0]).split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    expect(line).to.equal('POST /hook HTTP/1.1');
    expect(headers.map((header) => header.toLowerCase())).to.include.members([
      'content-type: application/json',
      'content-length: 17',
      'webhook-id: a',
      'webhook-attempt: 1',
      'webhook-scheduled-for: 2026-01-01t00:00:00.000z',
      'user-agent: api-de-agendamento',
    ]);
    expect(body).to.equal('{"hello":"world"}');
    expect(server().requests.length).to.equal(1);
  });

  for (const statusCode of [200, 201, 202, 204, 299]) {
    it(`${statusCode} is delivered`, async () => {
      const outcome = await deliverTo((socket) => socket.write(plain(`${statusCode} Fine`)));
      expect(outcome).to.deep.equal({ kind: 'delivered', statusCode });
    });
  }

  for (const statusCode of [300, 304, 400, 401, 404, 410, 429, 500, 503, 599]) {
    it(`${statusCode} is rejected and not repeated`, async () => {
      const headers = 'retry-after: 0\r\n';
      const outcome = await deliverTo((socket) => socket.write(plain(`${statusCode} No`, headers)));
      const error = `the receiver answered ${statusCode}`;
      expect(outcome).to.include({ kind: 'rejected', statusCode, error });
      expect(server().requests.length).to.equal(1);
    });
  }

  for (const statusCode of [301, 302, 303, 307, 308]) {
    it(`${statusCode} is rejected and not followed`, async () => {
      const headers = 'location: /elsewhere\r\n';
      const outcome = await deliverTo((socket) => socket.write(plain(`${statusCode} Go`, headers)));
      expect(outcome).to.include({ kind: 'rejected', statusCode });
      expect(server().requests.length).to.equal(1);
    });
  }

  it('an informational answer is none: what follows counts', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    const outcome = await deliverTo((socket) => socket.write(early + plain('200 OK')));
    expect(outcome).to.include({ kind: 'delivered', statusCode: 200 });
  });

  for (const [what, text] of STATUS_LINES_NOT_HTTP) {
    it(`${what} is unreachable`, async () => {
      const outcome = await deliverTo((socket) => socket.write(text));
      expect(outcome.kind).to.equal('unreachable');
    });
  }

  it('a body in a broken encoding is delivered: nobody reads it', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n12345';
    const outcome = await deliverTo((socket) => socket.write(head));
    expect(outcome).to.include({ kind: 'delivered' });
  });

  it('a reset before the head is unreachable', async () => {
    const outcome = await deliverTo((socket) => socket.resetAndDestroy());
    expect(outcome.kind).to.equal('unreachable');
    expect(outcome)
      .to.have.property('error')
      .that.matches(/ECONNRESET|socket hang up/);
  });

  it('an end before the head is unreachable', async () => {
    const outcome = await deliverTo((socket) => socket.end());
    expect(outcome.kind).to.equal('unreachable');
  });

  it('a port that nobody listens on is unreachable', async () => {
    const outcome = await deliver(`http://127.0.0.1:${await freePort()}/`);
    expect(outcome.kind).to.equal('unreachable');
    expect(outcome).to.have.property('error').that.contains('ECONNREFUSED');
  });

  it('a host that does not exist is unreachable', async () => {
    expect((await deliver('http://nothing.invalid/')).kind).to.equal('unreachable');
  });

  it('TLS with someone who does not speak it is unreachable', async () => {
    await deliverTo((socket) => socket.write(plain('200 OK')));
    limit(500);
    const outcome = await deliver(server().url.replace('http:', 'https:'));
    // A server that waits for the end of what it takes for a request answers nothing.
    expect(outcome.kind).to.be.oneOf(['unreachable', 'timeout']);
  });
});
