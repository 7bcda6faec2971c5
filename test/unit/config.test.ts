import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigError, readConfig } from '../../src/config.ts';
import { SETTINGS_SCHEMA } from '../../src/config-schema.ts';

const TOKEN = { API_TOKEN: 'secret-token' };

/** As `sha256sum` prints them. */
const HASH_OF_SECRET = '930bbdc51b6aed5c2a5678fd6e28dee7a05e8a4b643cfc0b4427c3efb86c0d94';
const HASH_OF_T = 'e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8';

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error('the environment was accepted');
}

describe('config', () => {
  it('needs nothing but a token; the rest has defaults', () => {
    expect(readConfig(TOKEN)).to.deep.equal({
      api: {
        host: '0.0.0.0',
        port: 8000,
        tokens: [{ name: 'API_TOKEN', sha256: HASH_OF_SECRET, scopes: ['read', 'write', 'admin'] }],
        locale: 'pt-BR',
        bodyLimitBytes: 262_144,
        batchLimitBytes: 8_388_608,
        requestTimeoutMs: 30_000,
      },
      redis: {
        topology: { kind: 'standalone', host: 'localhost', port: 6379 },
        username: undefined,
        password: undefined,
        db: 0,
        commandTimeoutMs: 1500,
      },
      keyPrefix: '',
      partitions: 1,
      webhook: {
        timeoutMs: 30_000,
        leaseMs: 45_000,
        concurrency: 256,
        retry: { maxAttempts: 5, baseMs: 5000, factor: 4, capMs: 3_600_000, jitter: 0.2 },
      },
      reconcileIntervalMs: 15_000,
      failedRetentionMs: 2_592_000_000,
      deliveryLogLength: 10_000,
      drainTimeoutMs: 20_000,
      drainDelayMs: 0,
      workers: 1,
      role: 'all',
      replica: undefined,
      logLevel: 'info',
      logFormat: 'auto',
    });
  });

  it('puts every setting in its place', () => {
    const config = readConfig({
      API_HOST: '::1',
      API_PORT: '1',
      API_TOKEN: 't',
      API_TOKENS: 'ci:read:secret-token',
      API_LOCALE: 'en',
      API_BODY_LIMIT_BYTES: '2048',
      API_BATCH_LIMIT_BYTES: '4096',
      API_REQUEST_TIMEOUT_MS: '1001',
      REDIS_HOST: 'r',
      REDIS_PORT: '2',
      REDIS_USERNAME: 'u',
      REDIS_PASSWORD: 'p',
      REDIS_DB: '3',
      REDIS_TIMEOUT_MS: '51',
      KEY_PREFIX: 'app:',
      PARTITIONS: '4',
      WEBHOOK_TIMEOUT_MS: '5',
      WEBHOOK_LEASE_MS: '506',
      WEBHOOK_CONCURRENCY: '7',
      WEBHOOK_MAX_ATTEMPTS: '8',
      WEBHOOK_RETRY_BASE_MS: '9',
      WEBHOOK_RETRY_FACTOR: '1.5',
      WEBHOOK_RETRY_CAP_MS: '10',
      WEBHOOK_RETRY_JITTER: '0',
      RECONCILE_INTERVAL_MS: '101',
      FAILED_RETENTION_MS: '1001',
      DELIVERY_LOG_LENGTH: '11',
      DRAIN_TIMEOUT_MS: '0',
      DRAIN_DELAY_MS: '12',
      WORKERS: 'auto',
      ROLE: 'worker',
      REPLICA_NAME: 'replica-1',
      LOG_LEVEL: 'silent',
      LOG_FORMAT: 'pretty',
    });
    expect(config).to.deep.equal({
      api: {
        host: '::1',
        port: 1,
        tokens: [
          { name: 'API_TOKEN', sha256: HASH_OF_T, scopes: ['read', 'write', 'admin'] },
          { name: 'ci', sha256: HASH_OF_SECRET, scopes: ['read'] },
        ],
        locale: 'en',
        bodyLimitBytes: 2048,
        batchLimitBytes: 4096,
        requestTimeoutMs: 1001,
      },
      redis: {
        topology: { kind: 'standalone', host: 'r', port: 2 },
        username: 'u',
        password: 'p',
        db: 3,
        commandTimeoutMs: 51,
      },
      keyPrefix: 'app:',
      partitions: 4,
      webhook: {
        timeoutMs: 5,
        leaseMs: 506,
        concurrency: 7,
        retry: { maxAttempts: 8, baseMs: 9, factor: 1.5, capMs: 10, jitter: 0 },
      },
      reconcileIntervalMs: 101,
      failedRetentionMs: 1001,
      deliveryLogLength: 11,
      drainTimeoutMs: 0,
      drainDelayMs: 12,
      workers: 'auto',
      role: 'worker',
      replica: 'replica-1',
      logLevel: 'silent',
      logFormat: 'pretty',
    });
  });

  it('gives the default lease a margin over the timeout', () => {
    const { webhook } = readConfig({ ...TOKEN, WEBHOOK_TIMEOUT_MS: '600000' });
    expect(webhook.leaseMs).to.equal(615_000);
  });

  it('is frozen to the bottom', () => {
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value), path).to.equal(true);
      for (const [name, part] of Object.entries(value)) walk(part, `${path}.${name}`);
    };
    walk(readConfig(TOKEN), 'config');
  });

  it('takes an empty value for not set', () => {
    const env = { ...TOKEN, API_PORT: '', REDIS_PASSWORD: '', WEBHOOK_LEASE_MS: '' };
    expect(readConfig(env)).to.deep.equal(readConfig(TOKEN));
    expect(problemsOf({ API_TOKEN: '' })).to.deep.equal(['API_TOKEN: is required and not set']);
  });

  it('leaves the names of others alone', () => {
    const env = { ...TOKEN, PATH: '/bin', HOME: '/', npm_config_redis: 'x', APIARY: 'y' };
    expect(readConfig(env)).to.deep.equal(readConfig(TOKEN));
  });

  it('does not touch the environment it is given', () => {
    const env = Object.freeze({ ...TOKEN, API_PORT: '80' });
    expect(readConfig(env).api.port).to.equal(80);
    expect(env).to.deep.equal({ ...TOKEN, API_PORT: '80' });
  });
});

describe('config: problems', () => {
  it('names all of them at once, one line each', () => {
    const problems = problemsOf({
      API_PORT: '99999',
      API_LOCALE: 'fr',
      REDIS_PORT: 'abc',
      REDIS_URL: 'redis://x',
      PARTITIONS: '1.5',
      WEBHOOK_RETRY_JITTER: '2',
      KEY_PREFIX: 'a{b}',
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names).to.have.members([
      ...['API_TOKEN', 'API_PORT', 'API_LOCALE', 'REDIS_PORT', 'REDIS_URL', 'PARTITIONS'],
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
