import { expect } from 'chai';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { startSocketServer } from '../support/socket-server.ts';
import { until } from '../support/until.ts';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';

const unknown = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));

describe('WebhookClient: through a proxy', () => {
  const { deliver, deliverTo, use, server } = useWebhookClient();
  let proxy: ConnectProxy;

  const startProxy = (refusal?: string) =>
    startConnectProxy({
      port: Number(new URL(server().url).port),
      ...(refusal === undefined ? {} : { refusal }),
    });

  /** A receiver, and a client behind a proxy that connects everything to it. */
  async function begin(refusal?: string, options: Parameters<typeof use>[0] = {}): Promise<void> {
    await deliverTo((socket) => socket.write(plain('200 OK')));
    proxy = await startProxy(refusal);
    use({ proxy: proxy.url, resolve: unknown, ...options });
  }

  afterEach(() => proxy.close());

  it('sends by CONNECT, with its credentials, to names that only the proxy knows', async () => {
    await begin();
    expect((await deliver('http://receiver.test/hook')).kind).to.equal('delivered');
    const [request = ''] = proxy.requests;
    expect(request).to.match(/^CONNECT receiver\.test:80 HTTP\/1\.1\r\n/);
    const credentials = Buffer.from('me:pass word').toString('base64');
    expect(request).to.contain(`Proxy-Authorization: Basic ${credentials}\r\n`);
    expect(server().requests[1]).to.match(/^POST \/hook HTTP\/1\.1\r\n/);
    expect(server().requests[1]).not.to.match(/proxy-authorization/i);
  });

  it('uses its connections again', async () => {
    await begin();
    for (let n = 0; n < 5; n += 1) await deliver('http://receiver.test/hook');
    expect(proxy.requests).to.have.length(1);
    await deliver('http://other.test/hook');
    expect(proxy.requests).to.have.length(2);
  });

  it('refuses what it can know to be refused, and asks the proxy nothing', async () => {
    await begin(undefined, {
      resolve: (name) =>
        name === 'metadata.test'
          ? Promise.resolve([{ address: '169.254.169.254', family: 4 }])
          : unknown(),
    });
    for (const host of ['169.254.169.254', '[fe80::1]', '0xa9fea9fe', 'metadata.test']) {
      expect((await deliver(`http://${host}/`)).kind, host).to.equal('refused');
      expect((await deliver(`https://${host}/`)).kind, host).to.equal('refused');
    }
    expect(proxy.requests).to.deep.equal([]);
  });

  for (const status of [
    '403 Forbidden',
    '407 Proxy Authentication Required',
    '204 Fine',
    '410 Gone',
  ]) {
    it(`${status} from the proxy is not the receiver's answer`, async () => {
      await begin(plain(status));
      expect(await deliver('http://receiver.test/')).to.deep.equal({
        kind: 'unreachable',
        error: `the proxy answered ${status.slice(0, 3)} to CONNECT`,
      });
      expect(server().requests).to.have.length(1);
    });
  }

  it('gives up a proxy that does not answer, and its connection', async () => {
    await begin(undefined, { connectTimeoutMs: 100 });
    await proxy.close();
    const silent = await startSocketServer(() => undefined);
    use({ proxy: silent.url.replace('/hook', ''), resolve: unknown, connectTimeoutMs: 100 });
    expect(await deliver('http://receiver.test/')).to.deep.equal({
      kind: 'timeout',
      error: 'no connection within 100 ms',
    });
    await until('the connection is cut', () => silent.sockets[0]?.destroyed);
    await silent.close();
    proxy = await startProxy();
  });

  it('says that it was the proxy that could not be reached', async () => {
    await begin();
    use({ proxy: 'http://127.0.0.1:1', resolve: unknown });
    expect(await deliver('http://receiver.test/')).to.deep.equal({
      kind: 'unreachable',
      error: 'proxy: connect ECONNREFUSED 127.0.0.1:1',
    });
  });
});
