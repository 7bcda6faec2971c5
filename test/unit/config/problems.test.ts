import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import { SETTINGS_SCHEMA } from '../../../src/config/schema.ts';
import { problemsOf } from '../support/config-problems.ts';

const TOKEN = { API_TOKEN: 'secret-token' };

describe('config: problems', () => {
  it('names all of them at once, one line each', () => {
    const problems = problemsOf({
      API_PORT: '99999',
      API_LOCALE: 'fr',
      REDIS_PORT: 'abc',
      REDIS_ULR: 'redis://x',
      PARTITIONS: '1.5',
      WEBHOOK_RETRY_JITTER: '2',
      KEY_PREFIX: 'a{b}',
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names).to.have.members([
      ...['API_TOKEN', 'API_PORT', 'API_LOCALE', 'REDIS_PORT', 'REDIS_ULR', 'PARTITIONS'],
      ...['WEBHOOK_RETRY_JITTER', 'KEY_PREFIX'],
    ]);
    for (const problem of problems) expect(problem).to.match(/^[A-Z_]+: [^\n]+$/);
    expect(problems).to.include('API_PORT: must be <= 65535, is "99999"');
    expect(problems.find((problem) => problem.startsWith('API_LOCALE'))).to.contain('pt-BR, en');
  });

  it('carries the problems in its message too', () => {
    expect(() => readConfig({ API_TOKEN: 't', API_PORT: 'x' })).to.throw(
      ConfigError,
      /^invalid settings:\nAPI_PORT: must be integer, is "x"$/,
    );
  });

  for (const name of ['API_PROT', 'REDIS_HOSTNAME', 'WEBHOOK_RETRIES', 'RECONCILE_MS']) {
    it(`refuses ${name}, which is no setting`, () => {
      const [problem, ...others] = problemsOf({ ...TOKEN, [name]: '1' });
      expect(problem).to.match(new RegExp(`^${name}: is not a setting; check its spelling`));
      expect(others).to.deep.equal([]);
    });
  }

  for (const name of [
    ...['REDIS_SERVICE_HOST', 'REDIS_SERVICE_PORT', 'REDIS_SERVICE_PORT_REDIS'],
    ...['REDIS_PORT_6379_TCP', 'REDIS_PORT_6379_TCP_ADDR', 'API_SERVICE_HOST'],
    ...['API_GATEWAY_SERVICE_HOST', 'WEBHOOK_PORT_53_UDP_PROTO'],
  ]) {
    it(`says that Kubernetes has set ${name}`, () => {
      const [problem] = problemsOf({ ...TOKEN, [name]: '10.0.0.1' });
      expect(problem).to.contain('enableServiceLinks: false');
    });
  }

  it('refuses a lease that is not longer than the timeout', () => {
    for (const lease of ['9999', '10000']) {
      const env = { ...TOKEN, WEBHOOK_TIMEOUT_MS: '10000', WEBHOOK_LEASE_MS: lease };
      expect(problemsOf(env)).to.deep.equal([
        `WEBHOOK_LEASE_MS: must be at least WEBHOOK_TIMEOUT_MS (10000) + 500, is ${lease}`,
      ]);
    }
  });

  it('never echoes a secret', () => {
    const secret = 'täp top secret';
    const env = { API_TOKEN: secret, REDIS_PASSWORD: secret, API_PORT: 'x', REDIS_PASSWRD: secret };
    const problems = problemsOf(env);
    expect(problems).to.have.length(3);
    expect(problems.join('\n')).not.to.contain('top secret');
  });

  it('takes any value of any setting, or says what is wrong with it in one line', () => {
    const names = fc.constantFrom(...Object.keys(SETTINGS_SCHEMA.properties));
    const values = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    fc.assert(
      fc.property(fc.dictionary(names, values), (env) => {
        try {
          readConfig({ ...TOKEN, ...env });
        } catch (error) {
          expect(error).to.be.instanceOf(ConfigError);
          for (const problem of (error as ConfigError).problems) {
            expect(problem.split(':')[0]).to.be.oneOf(Object.keys(SETTINGS_SCHEMA.properties));
            expect(problem).not.to.contain('\n');
          }
        }
      }),
    );
  });

  it('names a lease that is too short together with the other problems', () => {
    expect(() =>
      readConfig({
        API_TOKEN: 't',
        API_PORT: 'x',
        WEBHOOK_TIMEOUT_MS: '10',
        WEBHOOK_LEASE_MS: '5',
      }),
    ).to.throw(/API_PORT.*WEBHOOK_LEASE_MS|WEBHOOK_LEASE_MS.*API_PORT/s);
  });

  it('knows the variable of a Kubernetes Service that has the port in it only', () => {
    expect(() => readConfig({ API_TOKEN: 't', REDIS_MASTER_PORT: 'tcp://10.0.0.1:6379' })).to.throw(
      /enableServiceLinks/,
    );
  });
});
