import { expect } from 'chai';
import type { Resolve } from '../../src/delivery/name-lookups.ts';
import { type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { until } from '../support/until.ts';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';
import { deferred } from '../unit/support/deferred.ts';

/** Time to connect in tests that are meant to run out of it, in ms. */
const SHORT_MS = 100;

const LATE = { kind: 'timeout', error: `no connection within ${SHORT_MS} ms` };

describe('WebhookClient: connecting', () => {
  const { deliver, use } = useWebhookClient();

  it('a name that is not resolved in time ends the attempt', async () => {
    use({ connectTimeoutMs: SHORT_MS, resolve: () => new Promise(() => undefined) });
    expect(await deliver('http://slow.test/')).to.deep.equal(LATE);
  });

  it('TLS that is not agreed on in time ends the attempt, and the connection', async () => {
    use({ connectTimeoutMs: SHORT_MS });
    const silent = await startSocketServer(() => undefined);
    const outcome = await deliver(silent.url.replace('http:', 'https:'));
    expect(outcome).to.deep.equal(LATE);
    await until('the connection is cut', () => silent.sockets[0]?.destroyed);
    await silent.close();
  });

  it('the time to connect says nothing of the answer', async () => {
    use({ connectTimeoutMs: SHORT_MS });
    const slow = await startSocketServer((socket) => {
      setTimeout(() => socket.write(plain('200 OK')), 3 * SHORT_MS);
    });
    expect((await deliver(slow.url)).kind).to.equal('delivered');
    // Nor of an attempt on a kept connection.
    expect((await deliver(slow.url)).kind).to.equal('delivered');
    await slow.close();
  });

  it('a whole attempt has its own limit, be it shorter', async () => {
    use({ timeoutMs: SHORT_MS, resolve: () => new Promise(() => undefined) });
    const error = `no complete answer within ${SHORT_MS} ms`;
    expect(await deliver('http://slow.test/')).to.deep.equal({ kind: 'timeout', error });
  });

  it('many attempts at one name have it looked up once', async () => {
    const answer = deferred<readonly [{ address: string; family: number }]>();
    let asked = 0;
    const resolve: Resolve = () => {
      asked += 1;
      return answer.promise;
    };
    use({ resolve });
    const receiver = await startSocketServer((socket) => socket.write(plain('200 OK')));
    const url = receiver.url.replace('127.0.0.1', 'busy.test');
    const outcomes = Array.from({ length: 20 }, () => deliver(url));
    await until('asked', () => asked > 0);
    answer.resolve([{ address: '127.0.0.1', family: 4 }]);
    for (const outcome of await Promise.all(outcomes)) expect(outcome.kind).to.equal('delivered');
    expect(asked).to.equal(1);
    await receiver.close();
  });
});

describe('WebhookClient: connections that are kept', () => {
  const { deliver, use } = useWebhookClient();
  const receivers: SocketServer[] = [];

  /** Starts that many receivers; delivers to one after the other. */
  async function deliverToEach(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const receiver = await startSocketServer((socket) => socket.write(plain('200 OK')));
      receivers.push(receiver);
      expect((await deliver(receiver.url)).kind).to.equal('delivered');
    }
  }

  const open = () =>
    receivers.map(({ sockets }) => sockets.filter(({ destroyed }) => !destroyed).length);

  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.close();
  });

  it('are so many in all, whoever they lead to; the oldest goes first', async () => {
    use({ kept: 3 });
    await deliverToEach(5);
    await until('two are closed', () => open().join() === '0,0,1,1,1');
    // Used again, one is the youngest.
    await deliver(receivers[2]?.url ?? '');
    await deliverToEach(1);
    await until('another is closed', () => open().join() === '0,0,1,0,1,1');
    expect(receivers[2]?.sockets).to.have.length(1);
  });

  it('are so many after a burst, too', async () => {
    use({ kept: 3 });
    await deliverToEach(1);
    const [receiver] = receivers;
    const burst = Array.from({ length: 20 }, () => deliver(receiver?.url ?? ''));
    for (const outcome of await Promise.all(burst)) expect(outcome.kind).to.equal('delivered');
    await until('the rest is closed', () => open().join() === '3');
  });

  it('give their place back when the receiver closes them', async () => {
    use({ kept: 2 });
    await deliverToEach(2);
    for (const socket of receivers[1]?.sockets ?? []) socket.destroy();
    await until('one is closed', () => open().join() === '1,0');
    await deliverToEach(1);
    expect(open()).to.deep.equal([1, 0, 1]);
  });
});
