import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { generate } from 'selfsigned';
import { createAuthority, inDays, useAuthority } from '../support/certificates.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { useRedis } from '../support/redis.ts';
import { scheduleOne } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that vouches for itself. */
async function selfSigned(): Promise<Identity> {
  const form = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], form);
  return { cert, key };
}

describe('receivers that speak TLS', () => {
  const redis = useRedis();
  const authority = useAuthority();
  const start = useServices(redis);
  const servers: Server[] = [];

  /** A receiver with a certificate, under the name `localhost`. */
  async function startReceiver({ cert, key }: Identity): Promise<string> {
    const server = createServer({ cert, key }, (request, response) => {
      request.resume().on('end', () => response.writeHead(204).end());
    });
    servers.push(server);
    server.listen(0);
    await once(server, 'listening');
    return `https://localhost:${(server.address() as AddressInfo).port}/`;
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  it('get nothing unless they prove who they are', async () => {
    const { client } = redis.current;
    const service = await start({
      NODE_EXTRA_CA_CERTS: authority.current.certFile,
      // Turns verification off for all of Node, though not for webhooks.
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      WEBHOOK_MAX_ATTEMPTS: '1',
    });
    const stranger = await createAuthority('A stranger');
    const { issue } = authority.current;
    const identities: Readonly<Record<string, Identity>> = {
      proper: await issue(),
      expired: await issue({ notBefore: inDays(-2), notAfter: inDays(-1) }),
      future: await issue({ notBefore: inDays(1), notAfter: inDays(2) }),
      misnamed: await issue({ names: ['example.com'] }),
      untrusted: await stranger.issue(),
      selfSigned: await selfSigned(),
    };
    for (const [id, identity] of Object.entries(identities)) {
      const webhookUrl = await startReceiver(identity);
      await scheduleOne(service, { id, dueAt: Date.now(), webhookUrl });
    }
    const plainUrl = service.url.replace('http:', 'https:');
    await scheduleOne(service, { id: 'plain', dueAt: Date.now(), webhookUrl: plainUrl });
    await until('all are settled', async () => {
      return (await client.zcard('index:failed')) === 6 && (await client.zcard('index:due')) === 0;
    });
    const errorOf = (id: string) => client.hget(`message:${id}`, 'lastError');
    expect(await client.exists('message:proper')).to.equal(0);
    expect(await errorOf('expired')).to.match(
      /^certificate has expired \(the receiver has to renew/,
    );
    expect(await errorOf('future')).to.match(
      /^certificate is not yet valid \(.*clock of this machine/,
    );
    expect(await errorOf('misnamed')).to.match(/localhost. is not in the cert's altnames/);
    expect(await errorOf('untrusted')).to.match(/^unable to verify .* into NODE_EXTRA_CA_CERTS\)$/);
    expect(await errorOf('selfSigned')).to.match(/^self-signed .* into NODE_EXTRA_CA_CERTS\)$/);
    expect(await errorOf('plain')).to.match(/wrong version number.*http:\/\/ only\?\)$/);
    const outcomes = (await client.xrange('log:deliveries', '-', '+')).map(([, entry]) =>
      entry.includes('delivered')
        ? 'delivered'
        : entry.includes('unreachable')
          ? 'unreachable'
          : '?',
    );
    expect(outcomes.sort()).to.deep.equal(['delivered', ...Array(6).fill('unreachable')]);
    stranger.remove();
  });

  it('have to, through a proxy, too', async () => {
    const { client } = redis.current;
    const proxy = await startConnectProxy();
    const service = await start({
      NODE_EXTRA_CA_CERTS: authority.current.certFile,
      WEBHOOK_PROXY: proxy.url,
      WEBHOOK_MAX_ATTEMPTS: '1',
    });
    const { issue } = authority.current;
    const proper = await startReceiver(await issue());
    const misnamed = await startReceiver(await issue({ names: ['example.com'] }));
    await scheduleOne(service, { id: 'proper', dueAt: Date.now(), webhookUrl: proper });
    await scheduleOne(service, { id: 'misnamed', dueAt: Date.now(), webhookUrl: misnamed });
    await until('all are settled', async () => (await client.xlen('log:deliveries')) === 2);
    expect(await client.exists('message:proper')).to.equal(0);
    const lastError = await client.hget('message:misnamed', 'lastError');
    expect(lastError).to.match(/localhost. is not in the cert's altnames/);
    expect(proxy.requests).to.have.length(2);
    for (const request of proxy.requests) expect(request).to.match(/^CONNECT localhost:\d+ HTTP/);
    await service.end();
    await proxy.close();
  });
});
