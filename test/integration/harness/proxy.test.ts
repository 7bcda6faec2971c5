import { expect } from 'chai';
import { Redis } from 'ioredis';
import { startProxy, type TcpProxy } from '../../../scripts/harness/proxy.ts';
import { useRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

describe('harness: the proxy', () => {
  const redis = useRedis();
  let proxy: TcpProxy;
  let clients: Redis[];
  beforeEach(async () => {
    proxy = await startProxy(redis.current.port);
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await proxy.close();
  });

  /** A client that fails at once when its connection is lost. */
  async function connect(name: string): Promise<Redis> {
    const client = new Redis({
      host: '127.0.0.1',
      port: proxy.port,
      protocol: 2,
      connectionName: name,
      lazyConnect: true,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 300,
      retryStrategy: () => 5,
    });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  }

  const failure = (command: Promise<unknown>) =>
    command.then(
      () => 'none',
      (error: Error) => error.message,
    );

  it('lets everything through, unharmed', async () => {
    const client = await connect('one');
    const large = 'x'.repeat(1_000_000);
    await client.set('key', large);
    expect(await client.get('key')).to.equal(large);
    expect(proxy.connectionsNamed('one')).to.equal(1);
    expect(proxy.connectionsNamed('two')).to.equal(0);
  });

  it('cuts a connection instead of passing on a reply: what was asked is done', async () => {
    const client = await connect('one');
    let cuts = 0;
    proxy.cutReplies((reply) => reply.includes(':1\r\n') && ++cuts === 1);
    expect(await failure(client.incr('count'))).to.not.equal('none');
    expect(await redis.current.client.get('count')).to.equal('1');
    await until('connected again', () => client.status === 'ready');
    expect(await client.incr('count')).to.equal(2);
  });

  it('silences the connections of a name, and leaves them open', async () => {
    const [one, two] = [await connect('one'), await connect('two')];
    proxy.swallow('one');
    expect(await failure(one.set('from', 'one'))).to.include('timed out');
    expect(one.status).to.equal('ready');
    expect(await redis.current.client.exists('from')).to.equal(0);
    expect(await two.ping()).to.equal('PONG');
  });

  it('isolates those that say a word, new ones as well, until they are healed', async () => {
    const one = await connect('one');
    proxy.isolate('one');
    expect(await failure(one.ping())).to.include('timed out');
    one.disconnect(true);
    await until('they have connected anew', () => proxy.connectionsNamed('one') > 1);
    proxy.heal();
    await until('connected again', () => one.status === 'ready');
    expect(await one.ping()).to.equal('PONG');
  });

  it('slows everything down and keeps its order', async () => {
    const client = await connect('one');
    let waits = 0;
    proxy.slowDown(() => (waits++ % 2 === 0 ? 40 : 1));
    const since = performance.now();
    const answers = await Promise.all([1, 2, 3].map(() => client.incr('count')));
    expect(answers).to.deep.equal([1, 2, 3]);
    expect(performance.now() - since, 'ms').to.be.above(39);
    expect(waits).to.be.above(1);
  });
});
