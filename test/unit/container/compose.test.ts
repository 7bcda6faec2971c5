import { expect } from 'chai';
import { readConfig } from '../../../src/config/config.ts';
import { SETTINGS } from '../../../src/config/reference.ts';
import { readYaml } from '../../support/kubernetes/manifests.ts';

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly user?: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly stop_grace_period: string;
}

const { services, networks } = readYaml('compose.yaml') as {
  services: Readonly<Record<'api' | 'redis', Service>>;
  networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};

/** `${NAME:?why}` and `${NAME:-default}`, filled in as compose does it. */
function filledIn(env: Readonly<Record<string, string>>, given: Record<string, string> = {}) {
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
      const value = given[name] ?? '';
      if (value === '' && kind === '?') throw new Error(`${name} ${rest}`);
      return value === '' ? rest : value;
    });
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
}

describe('compose.yaml', () => {
  const { api, redis } = services;

  it('has settings that the service takes, and leads to the Redis beside it', () => {
    const env = filledIn(api.environment, { API_TOKEN: 'a-token' });
    const config = readConfig(env);
    expect(config.redis.topology).to.deep.equal({ kind: 'standalone', host: 'redis', port: 6379 });
    expect(api.ports).to.deep.equal([`\${API_PORT:-8000}:${config.api.port}`]);
    const known: readonly string[] = SETTINGS.map(({ name }) => name);
    expect(known).to.include.members(Object.keys(env));
  });

  it('holds no secret, and says what to do when the token is missing', () => {
    const secrets = new Set<string>(SETTINGS.filter((s) => s.isSecret).map(({ name }) => name));
    const held = Object.entries(api.environment).filter(([name]) => secrets.has(name));
    expect(held.map(([name]) => name)).to.deep.equal(['API_TOKEN']);
    expect(() => filledIn(api.environment)).to.throw(/^API_TOKEN is required - set it in \.env/);
    expect(filledIn(redis.environment)).to.deep.equal({ REDISCLI_AUTH: '' });
  });

  it('lets nobody but the service reach Redis', () => {
    expect(redis).not.to.have.property('ports');
    expect(redis.networks).to.deep.equal(['store']);
    expect(networks.store?.internal).to.equal(true);
    expect(api.networks).to.have.members(['default', 'store']);
  });

  it('leaves more time to stop than draining takes', () => {
    const { drainDelayMs, drainTimeoutMs } = readConfig({ API_TOKEN: 't' });
    const grace = Number(api.stop_grace_period.replace(/s$/, '')) * 1000;
    expect(grace).to.be.above(drainDelayMs + 2 * drainTimeoutMs);
  });

  it('permits neither writing nor any capability', () => {
    for (const { read_only: isReadOnly, cap_drop: dropped } of [api, redis]) {
      expect(isReadOnly).to.equal(true);
      expect(dropped).to.deep.equal(['ALL']);
    }
    expect(redis.user).to.match(/^[1-9]\d*:\d+$/);
  });
});
