import type { LookupAddress } from 'node:dns';
import { expect } from 'chai';
import type { Resolve } from '../../src/delivery/name-lookups.ts';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';

const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };
const METADATA: LookupAddress = { address: '169.254.169.254', family: 4 };

/** A resolver that gives one answer after the other, the last one for ever; `asked` counts. */
function answering(...answers: readonly (readonly LookupAddress[])[]) {
  const state = { asked: 0 };
  const resolve: Resolve = () => {
    const answer = answers[Math.min(state.asked, answers.length - 1)] ?? [];
    state.asked += 1;
    return Promise.resolve(answer);
  };
  return { state, resolve };
}

describe('WebhookClient: where it connects to', () => {
  const { deliver, deliverTo, use, server } = useWebhookClient();

  /** A server on loopback that takes everything, and a URL of it under another host name. */
  async function serverUnder(host: string): Promise<string> {
    await deliverTo((socket) => socket.write(plain('200 OK')));
    return server().url.replace('127.0.0.1', host);
  }

  for (const host of [
    ...[
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      '169.254.43518',
      '0.0.0.0',
    ],
    ...['[fe80::1]', '[fd00:ec2::254]', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '[::]'],
  ]) {
    it(`http://${host}/ is refused, and nothing is sent`, async () => {
      const outcome = await deliver(`http://${host}/latest/meta-data/`);
      expect(outcome.kind).to.equal('refused');
      expect(outcome).to.have.property('error').that.contains('WEBHOOK_NETWORKS=private');
    });
  }

  it('https:// is refused alike', async () => {
    expect((await deliver('https://169.254.169.254/')).kind).to.equal('refused');
    use({ resolve: answering([METADATA]).resolve });
    expect((await deliver('https://metadata.test/')).kind).to.equal('refused');
  });

  it('loopback, however it is spelled, is refused where networks are public', async () => {
    const url = await serverUnder('127.0.0.1');
    use({ policy: { networks: 'public' } });
    for (const host of [
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      'localhost',
      '[::ffff:7f00:1]',
    ]) {
      const outcome = await deliver(url.replace('127.0.0.1', host));
      expect(outcome.kind, host).to.equal('refused');
    }
    expect(server().requests).to.have.length(1);
  });

  it('a name is judged by its addresses: refused, it says which', async () => {
    use({ resolve: answering([METADATA]).resolve });
    expect(await deliver('http://metadata.test/')).to.deep.equal({
      kind: 'refused',
      error:
        'metadata.test: 169.254.169.254 is link-local, which WEBHOOK_NETWORKS=private does not permit',
    });
  });

  it('of several addresses only the permitted ones are connected to', async () => {
    const url = await serverUnder('mixed.test');
    const { resolve } = answering([METADATA, { address: 'fe80::1', family: 6 }, LOOPBACK]);
    use({ resolve });
    expect((await deliver(url)).kind).to.equal('delivered');
    use({ resolve, policy: { denyCidrs: ['127.0.0.0/8'] } });
    expect((await deliver(url)).kind).to.equal('refused');
  });

  it('the address judged is the one connected to: a name is asked for once a connection', async () => {
    const [kept, closing] = ['', 'connection: close\r\n'];
    await deliverTo((socket, nth) => socket.write(plain('200 OK', nth < 3 ? kept : closing)));
    const url = server().url.replace('127.0.0.1', 'rebinding.test');
    const { state, resolve } = answering([LOOPBACK], [METADATA]);
    use({ resolve });
    expect((await deliver(url)).kind).to.equal('delivered');
    expect(state.asked).to.equal(1);
    // The kept connection leads where it did, whatever the name says by now.
    expect((await deliver(url)).kind).to.equal('delivered');
    expect(state.asked).to.equal(1);
    expect((await deliver(url)).kind).to.equal('refused');
    expect(state.asked).to.equal(2);
    expect(server().requests).to.have.length(3);
  });

  it('a redirect to metadata is not followed', async () => {
    const headers = 'location: http://169.254.169.254/latest/meta-data/\r\n';
    const outcome = await deliverTo((socket) => socket.write(plain('302 Found', headers)));
    expect(outcome).to.include({ kind: 'rejected', statusCode: 302 });
    expect(server().requests).to.have.length(1);
  });

  it('a list permits and denies, whatever the network', async () => {
    const url = await serverUnder('neighbour.test');
    const { resolve } = answering([LOOPBACK]);
    use({ resolve, policy: { networks: 'public', allowHosts: ['neighbour.test'] } });
    expect((await deliver(url)).kind).to.equal('delivered');
    use({ resolve, policy: { networks: 'public', allowCidrs: ['127.0.0.1'] } });
    expect((await deliver(url)).kind).to.equal('delivered');
    use({ resolve, policy: { networks: 'any', denyCidrs: ['127.0.0.1'], allowHosts: ['*.test'] } });
    expect(await deliver(url)).to.deep.equal({
      kind: 'refused',
      error: 'neighbour.test: 127.0.0.1 is in WEBHOOK_DENY_CIDRS',
    });
  });

  it('sockets in the file system are nowhere', async () => {
    for (const url of [
      'http://unix:/var/run/docker.sock:/info',
      'unix:/tmp/x.sock:/',
      'http://unix/x',
    ]) {
      expect((await deliver(url)).kind, url).to.equal('unreachable');
    }
  });

  it('many refused at once leave nothing behind', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, n) => deliver(`http://169.254.1.${n}/`)),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).to.deep.equal(new Set(['refused']));
  });

  it('a name without an address is not refused: it may have one the next time', async () => {
    use({ resolve: answering([]).resolve });
    expect(await deliver('http://empty.test/')).to.deep.equal({
      kind: 'unreachable',
      error: 'empty.test has no address',
    });
  });

  it('of two addresses the one that answers is used', async () => {
    const url = await serverUnder('two.test');
    // Nobody listens there.
    use({ resolve: answering([{ address: '127.0.0.2', family: 4 }, LOOPBACK]).resolve });
    expect((await deliver(url)).kind).to.equal('delivered');
  });

  it('when none of several answers, it says so of each', async () => {
    const closed = (await serverUnder('two.test')).replace(/:\d+\//, ':1/');
    use({ resolve: answering([{ address: '127.0.0.2', family: 4 }, LOOPBACK]).resolve });
    expect(await deliver(closed)).to.deep.equal({
      kind: 'unreachable',
      error: 'connect ECONNREFUSED 127.0.0.2:1; connect ECONNREFUSED 127.0.0.1:1',
    });
  });
});
