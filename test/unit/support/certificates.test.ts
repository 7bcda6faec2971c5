import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { type Certificate, inDays, useAuthority } from '../../support/certificates.ts';

describe('test support: certificates', () => {
  const authority = useAuthority();
  const stranger = useAuthority('A stranger');

  /** What a client that trusts the authority gets to hear of a server: an error code, or `secure`. */
  async function meet({ cert, key }: Certificate, servername: string): Promise<string> {
    const server = createServer({ cert, key }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, servername, ca: authority.current.cert });
    const met = once(socket, 'secureConnect').then(
      () => 'secure',
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    try {
      return await met;
    } finally {
      socket.destroy();
      server.close();
    }
  }

  it('are trusted by who trusts their authority, for their names and their time', async () => {
    const { current } = authority;
    expect(await meet(await current.issue(), 'localhost')).to.equal('secure');
    expect(await meet(await current.issue({ names: ['a.example'] }), 'a.example')).to.equal(
      'secure',
    );
    const other = await current.issue({ names: ['b.example'] });
    expect(await meet(other, 'localhost')).to.equal('ERR_TLS_CERT_ALTNAME_INVALID');
    const old = await current.issue({ notBefore: inDays(-3), notAfter: inDays(-2) });
    expect(await meet(old, 'localhost')).to.equal('CERT_HAS_EXPIRED');
    const foreign = await stranger.current.issue();
    expect(await meet(foreign, 'localhost')).to.match(/^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/);
  });

  it('are the same in their files, key and certificate of one another', async () => {
    const issued = await authority.current.issue({ names: ['127.0.0.1'] });
    expect(readFileSync(issued.certFile, 'utf8')).to.equal(issued.cert);
    expect(readFileSync(issued.keyFile, 'utf8')).to.equal(issued.key);
    expect(readFileSync(authority.current.certFile, 'utf8')).to.equal(authority.current.cert);
    const certificate = new X509Certificate(issued.cert);
    expect(certificate.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(certificate.verify(new X509Certificate(authority.current.cert).publicKey)).to.equal(
      true,
    );
  });
});
