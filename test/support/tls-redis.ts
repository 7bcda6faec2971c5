import { freePort } from '../../scripts/lib/free-port.mjs';
import type { RedisTls } from '../../src/runtime/redis-settings.ts';
import { type Authority, type Certificate, useAuthority } from './certificates.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

/** A redis-server that takes encrypted connections too, of those whose certificate its authority signed. */
export interface TlsRedis extends TestRedis {
  readonly authority: Authority;
  readonly tlsPort: number;
  /** A certificate it takes from us. */
  readonly own: Certificate;
}

/** Settings by which a redis-server takes encrypted connections, beside plain ones. */
export function tlsArgs(tlsPort: number, { certFile }: Authority, server: Certificate): string[] {
  return [
    ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'yes'],
    ...['--tls-cert-file', server.certFile, '--tls-key-file', server.keyFile],
    ...['--tls-ca-cert-file', certFile],
  ];
}

/** What an encrypted connection needs that trusts an authority and has a certificate. */
export function tlsWith({ cert: ca }: Pick<Authority, 'cert'>, own?: Certificate): RedisTls {
  const { cert, key } = own ?? { cert: undefined, key: undefined };
  return { ca, cert, key, serverName: undefined, verify: true };
}

/** The same as settings, for a Redis at that port. */
export function tlsEnv({ tlsPort, authority, own }: TlsRedis): Record<string, string> {
  return {
    REDIS_URL: `rediss://127.0.0.1:${tlsPort}`,
    REDIS_TLS_CA_FILE: authority.certFile,
    REDIS_TLS_CERT_FILE: own.certFile,
    REDIS_TLS_KEY_FILE: own.keyFile,
  };
}

/** Gives a suite such a server, emptied before each test. Its `client` is a plain one. */
export function useTlsRedis(): { readonly current: TlsRedis } {
  const authority = useAuthority();
  const holder = { current: undefined as unknown as TlsRedis };
  before(async () => {
    const { current } = authority;
    const [server, own, tlsPort] = [await current.issue(), await current.issue(), await freePort()];
    const redis = await startTestRedis(tlsArgs(tlsPort, current, server));
    holder.current = { ...redis, authority: current, tlsPort, own };
  });
  beforeEach(async () => {
    await holder.current.client.flushall();
  });
  after(() => holder.current.stop());
  return holder;
}

/** The local ports at which a server has the connections of that name, which begins with `agendamento:`. */
export async function portsOf({ client }: Pick<TestRedis, 'client'>, name: RegExp) {
  const lines = String(await client.client('LIST')).split('\n');
  return lines
    .filter((line) => name.test(/ name=(\S+)/.exec(line)?.[1] ?? ''))
    .map((line) => Number(/ laddr=\S+:(\d+)/.exec(line)?.[1]));
}
