import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Outcome, Rejection } from '../../src/domain/outcome.ts';
import { until } from '../support/until.ts';
import { useWebhookClient } from '../support/use-webhook-client.ts';

/** Where an answer's body is cut. */
const LIMIT_BYTES = 64 * 1024;

/** A whole answer, its body in one piece. */
function answer(status: string, body: string | Buffer, headers = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status}\r\n${headers}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

describe('WebhookClient: what is kept of an answer', () => {
  const { deliver, deliverTo, limit, server } = useWebhookClient();

  /** What is kept of a 500 with such a body. */
  async function keptOf(body: string | Buffer, headers = ''): Promise<string | undefined> {
    const outcome = await deliverTo((socket) => socket.write(answer('500 No', body, headers)));
    return (outcome as Rejection).answer;
  }

  it('the beginning of a body, when the attempt failed', async () => {
    expect(await keptOf('{"error":"no such hook"}')).to.equal('{"error":"no such hook"}');
    expect(await keptOf('Olá, mundo 🦄')).to.equal('Olá, mundo 🦄');
  });

  it('nothing of an answer without a body, nor of a success', async () => {
    expect(await keptOf('')).to.equal(undefined);
    const outcome = await deliverTo((socket) => socket.write(answer('200 OK', 'thank you')));
    expect(outcome).to.deep.equal({ kind: 'delivered', statusCode: 200 });
  });

  it('1 KiB at most, and its connection is used again', async () => {
    await deliverTo((socket) => socket.write(answer('500 No', 'x'.repeat(LIMIT_BYTES))));
    const outcome = await deliver(server().url);
    expect((outcome as Rejection).answer).to.equal('x'.repeat(1024));
    expect(server().sockets.length).to.equal(1);
  });

  it('1 KiB at most of what arrives in pieces', async () => {
    const outcome = await deliverTo((socket) => {
      socket.setNoDelay().write('HTTP/1.1 500 No\r\ncontent-length: 3000\r\n\r\n');
      let sent = 0;
      // Far enough apart to arrive as they were sent.
      const pieces = setInterval(() => {
        socket.write(String(sent % 10).repeat(300));
        sent += 1;
        if (sent === 10) clearInterval(pieces);
      }, 10);
    });
    const kept = `${'0'.repeat(300)}${'1'.repeat(300)}${'2'.repeat(300)}${'3'.repeat(124)}`;
    expect((outcome as Rejection).answer).to.equal(kept);
  });

  it('no half of a character that the limit cuts through', async () => {
    expect(await keptOf(`${'x'.repeat(1022)}🦄🦄`)).to.equal('x'.repeat(1022));
  });

  it('text of whatever it was: what is no UTF-8 is replaced', async () => {
    const kept = await keptOf(Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a, 0xc3, 0x28]));
    expect(kept).to.equal('\ufffd\ufffd\0A\n\ufffd(');
    expect(JSON.parse(JSON.stringify(kept))).to.equal(kept);
  });

  it('a body that never ends is cut at the limit, and its beginning kept', async () => {
    const outcome = await deliverTo((socket) => {
      socket.write('HTTP/1.1 500 No\r\n\r\n');
      const pour = () => {
        while (!socket.destroyed && socket.write('x'.repeat(16 * 1024)));
      };
      socket.on('drain', pour);
      pour();
    });
    expect((outcome as Rejection).answer).to.equal('x'.repeat(1024));
    await until('the connection is cut', () => server().sockets[0]?.destroyed);
    // What the buffers of both sides hold is more than was read.
    expect(server().sockets[0]?.bytesWritten).to.be.below(16 * 1024 * 1024);
  });

  /** What comes of an answer that begins so and then trickles, each drop in time. */
  async function trickled(beginning: string, drop: string): Promise<Outcome> {
    limit(150);
    const trickles: NodeJS.Timeout[] = [];
    const outcome = await deliverTo((socket) => {
      socket.write(beginning);
      trickles.push(setInterval(() => socket.write(drop), 10));
    });
    for (const trickle of trickles) clearInterval(trickle);
    await until('the connection is cut', () => server().sockets[0]?.destroyed);
    return outcome;
  }

  it('a body that trickles is read for as long as the attempt may last', async () => {
    const outcome = await trickled('HTTP/1.1 500 No\r\ncontent-length: 1000\r\n\r\nslow', '.');
    expect(outcome).to.include({ kind: 'rejected', statusCode: 500 });
    expect((outcome as Rejection).answer).to.match(/^slow\.+$/);
  });

  it('a head that trickles ends with the attempt', async () => {
    const outcome = await trickled('HTTP/1.1 200 OK\r\n', 'a: b\r\n');
    expect(outcome).to.deep.equal({ kind: 'timeout', error: 'no complete answer within 150 ms' });
  });

  it('a reset in the middle leaves what had come', async () => {
    const outcome = await deliverTo((socket) => {
      socket.write('HTTP/1.1 500 No\r\ncontent-length: 1000\r\n\r\nhalf', () =>
        // A reset at once would overtake it.
        setTimeout(() => socket.resetAndDestroy(), 50),
      );
    });
    expect(outcome).to.include({ kind: 'rejected', statusCode: 500, answer: 'half' });
  });

  it('a body that would unpack to gigabytes is not unpacked', async () => {
    // A gigabyte of zeros, packed twice.
    const bomb = gzipSync(Buffer.concat(Array(64).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024)))));
    const packed = 'content-encoding: gzip\r\ncontent-type: application/json\r\n';
    const before = process.memoryUsage().rss;
    const kept = await keptOf(bomb, packed);
    expect(kept).to.have.length.within(1, 1024);
    expect(kept?.startsWith('\x1f\ufffd')).to.equal(true);
    expect(process.memoryUsage().rss - before).to.be.below(128 * 1024 * 1024);
    expect(server().requests[0]).not.to.match(/accept-encoding/i);
  });

  it('headers that would fill the memory end the attempt', async () => {
    for (const head of [`a: ${'x'.repeat(20_000)}`, `${'a: bcdefgh\r\n'.repeat(5000)}`]) {
      const outcome = await deliverTo((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`),
      );
      expect(outcome.kind).to.equal('unreachable');
      expect(outcome)
        .to.have.property('error')
        .that.matches(/header overflow/i);
    }
  });
});

describe('WebhookClient: Retry-After', () => {
  const { deliverTo } = useWebhookClient();

  const askedBy = async (status: string, headers: string) => {
    const outcome = await deliverTo((socket) => socket.write(answer(status, '', headers)));
    return (outcome as Rejection).retryAfterMs;
  };

  it('is told of a 429 and a 503, in seconds or as a date', async () => {
    expect(await askedBy('429 Slow down', 'Retry-After: 120\r\n')).to.equal(120_000);
    expect(await askedBy('503 Later', 'retry-after: 1\r\n')).to.equal(1000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(await askedBy('503 Later', `retry-after: ${date}\r\n`)).to.be.within(50_000, 60_000);
  });

  it('is told of nothing else', async () => {
    expect(await askedBy('500 No', 'retry-after: 120\r\n')).to.equal(undefined);
    expect(await askedBy('429 Slow down', 'retry-after: soon\r\n')).to.equal(undefined);
    expect(await askedBy('429 Slow down', '')).to.equal(undefined);
  });
});
