import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { requestText, sendThrough } from '../../../../scripts/bench/processes/lane.mjs';
import { PAYLOAD_TEXT } from '../../../../scripts/bench/processes/plan.mjs';
import { startChild } from '../../../../scripts/bench/stage/child.ts';
import { openReceiver } from '../../../../scripts/bench/stage/receiver.ts';
import { Scope } from '../../../../scripts/harness/scope.ts';

const SOON_MS = 5000;

describe('bench: what speaks HTTP', () => {
  let scope: Scope;
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.close());

  it('sends 200 bytes of payload', () => {
    expect(Buffer.byteLength(PAYLOAD_TEXT)).to.equal(200);
    expect(JSON.parse(PAYLOAD_TEXT)).to.have.keys('to', 'text');
  });

  it('the receiver notes requests however they are cut into packets', async () => {
    const receiver = await openReceiver(scope);
    const { port, pathname } = new URL(receiver.url);
    const request = (id: string) =>
      `POST ${pathname} HTTP/1.1\r\nwebhook-id: ${id}\r\ncontent-length: 4\r\n\r\nbody`;
    const socket = net.connect(Number(port), '127.0.0.1').setEncoding('latin1');
    const before = Date.now();
    const [whole, cut] = [request('a') + request('b'), request('c')];
    socket.write(whole + cut.slice(0, 30));
    socket.write(cut.slice(30, -2));
    const [, answers] = await Promise.all([
      receiver.collect(2, Date.now() + SOON_MS),
      once(socket, 'data'),
    ]);
    expect(answers.join('')).to.match(/^HTTP\/1\.1 204 /);
    socket.write(cut.slice(-2));
    const arrivals = await receiver.collect(1, Date.now() + SOON_MS);
    expect(arrivals.map(({ id }) => id)).to.deep.equal(['c']);
    expect(arrivals[0]?.at).to.be.within(before - 1, Date.now() + 1);
    socket.destroy();
  });

  it('the receiver gives what there is at the deadline', async () => {
    const receiver = await openReceiver(scope);
    expect(await receiver.collect(1, Date.now())).to.deep.equal([]);
  });

  async function answering(answer: (request: string, socket: net.Socket) => void): Promise<number> {
    const server = net.createServer((socket) => {
      socket.setEncoding('latin1').on('data', (data) => answer(String(data), socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    scope.defer(async () => {
      server.close();
      await once(server, 'close');
    });
    return (server.address() as net.AddressInfo).port;
  }

  it('a lane sends its next request when the last byte of an answer is in', async () => {
    const events: string[] = [];
    const port = await answering((request, socket) => {
      events.push(request);
      socket.write('HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n12');
      // In a packet of its own.
      setTimeout(() => {
        events.push('the rest');
        socket.write('345');
      }, 20);
    });
    const [first, second] = [requestText('POST', '/a', '{}'), requestText('GET', '/b')];
    const left = [first, second];
    const statuses: number[] = [];
    await sendThrough(
      port,
      () => left.shift(),
      (status) => statuses.push(status),
    );
    expect(events).to.deep.equal([first, 'the rest', second, 'the rest']);
    expect(statuses).to.deep.equal([201, 201]);
  });

  it('a lane ends with the error of who looks at its answers', async () => {
    const port = await answering((_request, socket) => {
      socket.write('HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n');
    });
    const refuse = (status: number) => {
      throw new Error(`answered ${status}`);
    };
    const failed = sendThrough(port, () => requestText('GET', '/'), refuse);
    expect(await failed.catch((error: Error) => error.message)).to.equal('answered 500');
  });

  it('a lane that is cut off says so', async () => {
    const port = await answering((_request, socket) => socket.end());
    const failed = sendThrough(
      port,
      () => requestText('GET', '/'),
      () => undefined,
    );
    expect(await failed.catch((error: Error) => error.message)).to.contain('closed the connection');
  });

  it('a call to a process fails with what its method threw, or when the process ends', async () => {
    const load = await startChild(scope, 'load');
    const what = { port: 1, path: '/', count: 1 };
    const refused = await load.call('get', what).catch((error: Error) => error.message);
    expect(refused).to.contain('ECONNREFUSED');
    const receiver = await startChild(scope, 'receiver');
    const pending = receiver.call('collect', { count: 1, until: Date.now() + SOON_MS });
    process.kill(receiver.pid, 'SIGKILL');
    expect(await pending.catch((error: Error) => error.message)).to.contain('SIGKILL');
  });
});
