import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';

/** Timeout of the attempts that are meant to reach it, in ms. */
const SHORT_MS = 150;

/** How far past its timeout an attempt may end on a busy machine, in ms. */
const SLACK_MS = 1000;

/** The part of an answer after which a body of 1,000 bytes is to come. */
const begun = (status: string) => `HTTP/1.1 ${status}\r\ncontent-length: 1000\r\n\r\n12345`;

/** Writes for as long as the other side reads. */
function pour(socket: Socket): void {
  const chunk = 'x'.repeat(16 * 1024);
  const go = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', go);
  go();
}

describe('WebhookClient: limits, aborts and connections', () => {
  const { deliver, deliverTo, limit, server, close } = useWebhookClient();

  /** The other side has seen the end of the only connection. */
  const expectCut = () => until('the connection is cut', () => server().sockets[0]?.destroyed);

  it('no answer is a timeout', async () => {
    limit(SHORT_MS);
    const since = performance.now();
    const outcome = await deliverTo(() => undefined);
    expect(outcome.kind).to.equal('timeout');
    expect(performance.now() - since).to.be.within(SHORT_MS - 5, SHORT_MS + SLACK_MS);
    await expectCut();
  });

  it('half a head is a timeout', async () => {
    limit(SHORT_MS);
    const outcome = await deliverTo((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-'));
    expect(outcome.kind).to.equal('timeout');
    await expectCut();
  });

  it('a status counts though its body never ends; the attempt is over at the timeout', async () => {
    limit(SHORT_MS);
    for (const [status, kind] of [
      ['200 OK', 'delivered'],
      ['500 No', 'rejected'],
    ] as const) {
      const since = performance.now();
      const outcome = await deliverTo((socket) => socket.write(begun(status)));
      expect(outcome.kind).to.equal(kind);
      expect(performance.now() - since).to.be.below(SHORT_MS + SLACK_MS);
      await expectCut();
    }
  });

  it('a body without end is cut at 64 KiB', async () => {
    const outcome = await deliverTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n');
      pour(socket);
    });
    expect(outcome).to.include({ kind: 'delivered', statusCode: 200 });
    await expectCut();
    // More than the limit was taken in; the rest is what the buffers of both sides hold.
    expect(server().sockets[0]?.bytesWritten).to.be.within(64 * 1024, 16 * 1024 * 1024);
  });

  it('a body of 64 KiB is read to its end, and its connection used again', async () => {
    const body = 'x'.repeat(64 * 1024);
    const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    await deliverTo((socket) => socket.write(answer));
    await deliver(server().url);
    expect(server().sockets.length).to.equal(1);
  });

  it('an end or a reset in the middle of the body of a 200 is delivered', async () => {
    const ended = await deliverTo((socket) => socket.end(begun('200 OK')));
    expect(ended).to.deep.equal({ kind: 'delivered', statusCode: 200 });
    let receiver: Socket | undefined;
    const outcome = deliverTo((socket) => {
      receiver = socket;
      socket.write(begun('200 OK'));
    });
    // A reset at once would overtake the head, so the client gets the time to read it.
    await until('answered', () => receiver !== undefined && receiver.writableLength === 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    receiver?.resetAndDestroy();
    expect(await outcome).to.deep.equal({ kind: 'delivered', statusCode: 200 });
  });

  it('an abort before the answer interrupts', async () => {
    const abort = new AbortController();
    const outcome = await deliverTo(() => abort.abort(), abort.signal);
    expect(outcome.kind).to.equal('interrupted');
    await expectCut();
  });

  it('an abort beforehand interrupts, and nothing is sent', async () => {
    const outcome = await deliverTo(() => undefined, AbortSignal.abort());
    expect(outcome.kind).to.equal('interrupted');
    expect(server().requests).to.deep.equal([]);
  });

  it('an abort during the body of a 200 leaves it delivered', async () => {
    const abort = new AbortController();
    const outcome = await deliverTo((socket) => {
      // As above: the client gets the time to read the head.
      socket.write(begun('200 OK'), () => setTimeout(() => abort.abort(), 50));
    }, abort.signal);
    expect(outcome).to.deep.equal({ kind: 'delivered', statusCode: 200 });
    await expectCut();
  });

  it('leaves nothing on a signal that outlives it, whichever way it ends', async () => {
    const { signal } = new AbortController();
    await deliverTo((socket, nth) => {
      if (nth === 1) socket.write(plain('200 OK'));
      else if (nth === 2) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n');
    }, signal);
    for (const url of [server().url, server().url, 'http://nothing.invalid/', 'no URL']) {
      await deliver(url, signal);
      expect(getEventListeners(signal, 'abort'), url).to.have.length(0);
    }
  });

  it('one connection serves many attempts, one after the other', async () => {
    const body = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
    const kinds = new Set<string>();
    await deliverTo((socket, nth) => socket.write(nth % 2 === 0 ? body : plain('500 No')));
    for (let n = 1; n < 20; n += 1) kinds.add((await deliver(server().url)).kind);
    expect([...kinds].sort()).to.deep.equal(['delivered', 'rejected']);
    expect(server().requests.length).to.equal(20);
    expect(server().sockets.length).to.equal(1);
  });

  it('a connection that the receiver has closed meanwhile is not used again', async () => {
    await deliverTo((socket) => socket.end(plain('200 OK')));
    await expectCut();
    expect((await deliver(server().url)).kind).to.equal('delivered');
    expect(server().sockets.length).to.equal(2);
  });

  it('many attempts at once, each with another end, do not disturb each other', async () => {
    await deliverTo((socket, nth) => {
      if (nth % 3 === 0) socket.destroy();
      else socket.write(plain(nth % 3 === 1 ? '200 OK' : '500 No'));
    });
    const { url, requests } = server();
    const outcomes = await Promise.all(Array.from({ length: 59 }, () => deliver(url)));
    expect(requests.length).to.equal(60);
    const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length;
    expect([count('delivered'), count('rejected'), count('unreachable')]).to.deep.equal([
      19, 20, 20,
    ]);
  });

  it('closing it closes the connections that were kept', async () => {
    await deliverTo((socket) => socket.write(plain('200 OK')));
    const [socket] = server().sockets;
    expect(socket?.destroyed).to.equal(false);
    void close();
    if (socket?.destroyed === false) await once(socket, 'close');
  });
});
