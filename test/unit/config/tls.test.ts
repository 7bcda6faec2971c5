import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigError, readStoreConfig, readTlsFiles } from '../../../src/config/config.ts';
import { type Certificate, inDays, useAuthority } from '../../support/certificates.ts';

const URL = 'rediss://me:p%40ss@h:6380/2';

const redisOf = (env: Record<string, string>) => readStoreConfig(env).redis;

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readStoreConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('config: REDIS_URL', () => {
  it('says where Redis is and who we are there', () => {
    const { topology, username, password, db, tls } = redisOf({ REDIS_URL: 'redis://u:p@h:1/3' });
    expect(topology).to.deep.equal({ kind: 'standalone', host: 'h', port: 1 });
    expect({ username, password, db, tls }).to.deep.equal({
      ...{ username: 'u', password: 'p' },
      ...{ db: 3, tls: undefined },
    });
  });

  it('leaves to other settings what it does not say', () => {
    const env = { REDIS_URL: 'redis://h', REDIS_USERNAME: 'u', REDIS_PASSWORD: 'p', REDIS_DB: '4' };
    expect(redisOf(env)).to.include({ username: 'u', password: 'p', db: 4 });
  });

  it('turns TLS on when it begins with rediss://', () => {
    expect(redisOf({ REDIS_URL: URL }).tls).to.include({ ca: undefined, verify: true });
    expect(redisOf({ REDIS_URL: URL })).to.include({ username: 'me', password: 'p@ss', db: 2 });
  });

  it('contradicts what says the same', () => {
    expect(problemsOf({ REDIS_URL: 'redis://h', REDIS_HOST: 'h', REDIS_PORT: '1' })).to.deep.equal([
      'REDIS_HOST: does not go with REDIS_URL',
      'REDIS_PORT: does not go with REDIS_URL',
    ]);
    expect(
      problemsOf({ REDIS_URL: URL, REDIS_USERNAME: 'u', REDIS_PASSWORD: 'p', REDIS_DB: '2' }),
    ).to.deep.equal([
      'REDIS_USERNAME: REDIS_URL says it already',
      'REDIS_PASSWORD: REDIS_URL says it already',
      'REDIS_DB: REDIS_URL says it already',
    ]);
    expect(problemsOf({ REDIS_URL: URL, REDIS_TLS: 'false' })).to.deep.equal([
      'REDIS_TLS: contradicts REDIS_URL, which begins with rediss://',
    ]);
    expect(problemsOf({ REDIS_URL: 'redis://h', REDIS_TLS: 'true' })).to.deep.equal([
      'REDIS_TLS: contradicts REDIS_URL, which begins with redis://',
    ]);
  });

  it('is not repeated when it is wrong, for it may hold a password', () => {
    expect(problemsOf({ REDIS_URL: 'http://u:secret@h' })).to.deep.equal([
      'REDIS_URL: must match format "redis[s]://[[user]:password@]host[:port][/database]"',
    ]);
  });
});

describe('config: TLS', () => {
  const authority = useAuthority();
  let own: Certificate;

  before(async () => {
    own = await authority.current.issue();
  });

  const on = (more: Record<string, string> = {}) => ({ REDIS_TLS: 'true', ...more });

  function file(text: string): string {
    const name = path.join(path.dirname(own.certFile), 'of-a-test.pem');
    writeFileSync(name, text);
    return name;
  }

  it('reads its files, for one server, sentinels and clusters alike', () => {
    const env = {
      REDIS_TLS_CA_FILE: authority.current.certFile,
      REDIS_TLS_CERT_FILE: own.certFile,
      REDIS_TLS_KEY_FILE: own.keyFile,
      REDIS_TLS_SERVER_NAME: 'x.example',
    };
    const tls = {
      ca: authority.current.cert,
      cert: own.cert,
      key: own.key,
      serverName: 'x.example',
      verify: true,
    };
    expect(redisOf(on(env)).tls).to.deep.equal(tls);
    expect(redisOf({ ...env, REDIS_URL: 'rediss://h' }).tls).to.deep.equal(tls);
    expect(redisOf(on({ ...env, REDIS_CLUSTER_NODES: 'a:1' })).tls).to.deep.equal(tls);
    const sentinels = { REDIS_SENTINELS: 'a:1', REDIS_SENTINEL_NAME: 'm' };
    expect(redisOf(on({ ...env, ...sentinels })).tls).to.deep.equal(tls);
    expect(readTlsFiles(env)).to.deep.equal(tls);
  });

  it('can be told to look at no certificate', () => {
    expect(redisOf(on({ REDIS_TLS_VERIFY: 'false' })).tls).to.include({ verify: false });
    const env = on({ REDIS_TLS_VERIFY: 'false', REDIS_TLS_CA_FILE: '/x' });
    expect(problemsOf(env)).to.deep.equal([
      'REDIS_TLS_CA_FILE: is not looked at with REDIS_TLS_VERIFY=false',
    ]);
  });

  it('is not forgotten to be turned on', () => {
    const stray = 'goes with REDIS_TLS=true, or a REDIS_URL that begins with rediss://, only';
    const env = { REDIS_TLS_CA_FILE: '/x', REDIS_TLS_VERIFY: 'false' };
    expect(problemsOf(env)).to.deep.equal([
      `REDIS_TLS_CA_FILE: ${stray}`,
      `REDIS_TLS_VERIFY: ${stray}`,
    ]);
    expect(problemsOf({ REDIS_TLS: 'yes' })).to.deep.equal([
      'REDIS_TLS: must be equal to one of the allowed values: true, false, is "yes"',
    ]);
  });

  it('needs certificate and key together', () => {
    expect(problemsOf(on({ REDIS_TLS_CERT_FILE: own.certFile }))).to.deep.equal([
      'REDIS_TLS_KEY_FILE: is required with REDIS_TLS_CERT_FILE, and not set',
    ]);
    expect(problemsOf(on({ REDIS_TLS_KEY_FILE: own.keyFile }))).to.deep.equal([
      'REDIS_TLS_CERT_FILE: is required with REDIS_TLS_KEY_FILE, and not set',
    ]);
  });

  it('names every file that cannot be used, and why', async () => {
    const missing = on({ REDIS_TLS_CA_FILE: '/nowhere/ca.crt' });
    expect(problemsOf(missing)).to.deep.equal([
      'REDIS_TLS_CA_FILE: cannot be read (ENOENT), is "/nowhere/ca.crt"',
    ]);
    expect(problemsOf(on({ REDIS_TLS_CA_FILE: own.keyFile }))).to.deep.equal([
      'REDIS_TLS_CA_FILE: holds no certificate (PEM)',
    ]);
    const damaged = file(own.cert.replace('MII', 'AAA'));
    expect(problemsOf(on({ REDIS_TLS_CA_FILE: damaged }))).to.deep.equal([
      'REDIS_TLS_CA_FILE: holds a certificate that is damaged',
    ]);
    const old = await authority.current.issue({ notBefore: inDays(-3), notAfter: inDays(-2) });
    const expired = { REDIS_TLS_CERT_FILE: old.certFile, REDIS_TLS_KEY_FILE: old.keyFile };
    expect(problemsOf(on(expired))[0]).to.match(
      /^REDIS_TLS_CERT_FILE: its certificate expired on .+ GMT: renew it$/,
    );
    const mixed = { REDIS_TLS_CERT_FILE: own.certFile, REDIS_TLS_KEY_FILE: old.keyFile };
    expect(problemsOf(on(mixed))).to.deep.equal([
      'REDIS_TLS_KEY_FILE: is not the key of the certificate in REDIS_TLS_CERT_FILE',
    ]);
    const swapped = { REDIS_TLS_CERT_FILE: own.keyFile, REDIS_TLS_KEY_FILE: own.certFile };
    expect(problemsOf(on(swapped))).to.deep.equal([
      'REDIS_TLS_CERT_FILE: holds no certificate (PEM)',
      'REDIS_TLS_KEY_FILE: holds no private key (PEM) that can be read without a passphrase',
    ]);
  });

  it('takes a file of authorities of which one is in force', async () => {
    const old = await authority.current.issue({ notBefore: inDays(-3), notAfter: inDays(-2) });
    const both = file(old.cert + authority.current.cert);
    expect(problemsOf(on({ REDIS_TLS_CA_FILE: both }))).to.deep.equal([]);
  });
});
