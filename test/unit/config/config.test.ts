import { expect } from 'chai';
import { readConfig } from '../../../src/config/config.ts';
import { DEFAULT_POLICY } from '../support/messages.ts';

const TOKEN = { API_TOKEN: 'secret-token' };

/** As `sha256sum` prints them. */
const HASH_OF_SECRET = '930bbdc51b6aed5c2a5678fd6e28dee7a05e8a4b643cfc0b4427c3efb86c0d94';
const HASH_OF_T = 'e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8';

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const ED25519_KEY = `whsk_${Buffer.alloc(32, 2).toString('base64')}`;

const main = (sha256: string) => ({
  name: 'API_TOKEN',
  sha256,
  scopes: ['read', 'write', 'admin'],
});

describe('config', () => {
  it('needs nothing but a token; the rest has defaults', () => {
    expect(readConfig(TOKEN)).to.deep.equal({
      api: {
        host: '0.0.0.0',
        port: 8000,
        tokens: [main(HASH_OF_SECRET)],
        locale: 'pt-BR',
        bodyLimitBytes: 262_144,
        batchLimitBytes: 8_388_608,
        requestTimeoutMs: 30_000,
        rateLimit: undefined,
      },
      redis: {
        topology: { kind: 'standalone', host: 'localhost', port: 6379 },
        username: undefined,
        password: undefined,
        db: 0,
        tls: undefined,
        commandTimeoutMs: 1500,
      },
      keyPrefix: '',
      partitions: 1,
      payloadKeys: [],
      durability: 'memory',
      webhook: {
        timeoutMs: 30_000,
        leaseMs: 45_000,
        concurrency: 256,
        hostConcurrency: 64,
        breaker: { threshold: 20, openMs: 5000, capMs: 60_000 },
        retry: DEFAULT_POLICY,
        connectTimeoutMs: 10_000,
        destinations: { networks: 'private', allowCidrs: [], denyCidrs: [], allowHosts: [] },
        proxy: undefined,
        signing: { secrets: [], ed25519Keys: [] },
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
      API_RATE_LIMIT: '0.5',
      API_RATE_BURST: '12',
      REDIS_HOST: 'r',
      REDIS_PORT: '2',
      REDIS_USERNAME: 'u',
      REDIS_PASSWORD: 'p',
      REDIS_DB: '3',
      REDIS_TIMEOUT_MS: '51',
      KEY_PREFIX: 'app:',
      PARTITIONS: '4',
      DURABILITY: 'replica:2',
      WEBHOOK_TIMEOUT_MS: '5',
      WEBHOOK_LEASE_MS: '506',
      WEBHOOK_CONCURRENCY: '7',
      WEBHOOK_HOST_CONCURRENCY: '3',
      WEBHOOK_BREAKER_THRESHOLD: '4',
      WEBHOOK_BREAKER_OPEN_MS: '14',
      WEBHOOK_BREAKER_CAP_MS: '15',
      WEBHOOK_MAX_ATTEMPTS: '8',
      WEBHOOK_RETRY_BASE_MS: '9',
      WEBHOOK_RETRY_FACTOR: '1.5',
      WEBHOOK_RETRY_CAP_MS: '10',
      WEBHOOK_RETRY_JITTER: '0',
      WEBHOOK_RETRY_AFTER_CAP_MS: '13',
      WEBHOOK_CONNECT_TIMEOUT_MS: '12',
      WEBHOOK_NETWORKS: 'public',
      WEBHOOK_ALLOW_CIDRS: '10.1.0.0/16, ::1',
      WEBHOOK_DENY_CIDRS: '10.1.2.3',
      WEBHOOK_ALLOW_HOSTS: 'n8n,*.internal',
      WEBHOOK_PROXY: 'http://u:p@proxy:3128',
      WEBHOOK_SECRETS: `${SECRET}, ${SECRET}`,
      WEBHOOK_ED25519_KEYS: ED25519_KEY,
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
        tokens: [main(HASH_OF_T), { name: 'ci', sha256: HASH_OF_SECRET, scopes: ['read'] }],
        locale: 'en',
        bodyLimitBytes: 2048,
        batchLimitBytes: 4096,
        requestTimeoutMs: 1001,
        rateLimit: { perSecond: 0.5, burst: 12 },
      },
      redis: {
        topology: { kind: 'standalone', host: 'r', port: 2 },
        username: 'u',
        password: 'p',
        db: 3,
        tls: undefined,
        commandTimeoutMs: 51,
      },
      keyPrefix: 'app:',
      partitions: 4,
      payloadKeys: [],
      durability: 'replica:2',
      webhook: {
        timeoutMs: 5,
        leaseMs: 506,
        concurrency: 7,
        hostConcurrency: 3,
        breaker: { threshold: 4, openMs: 14, capMs: 15 },
        retry: {
          maxAttempts: 8,
          baseMs: 9,
          factor: 1.5,
          capMs: 10,
          jitter: 0,
          retryAfterCapMs: 13,
        },
        connectTimeoutMs: 12,
        destinations: {
          networks: 'public',
          allowCidrs: ['10.1.0.0/16', '::1'],
          denyCidrs: ['10.1.2.3'],
          allowHosts: ['n8n', '*.internal'],
        },
        proxy: 'http://u:p@proxy:3128',
        signing: { secrets: [SECRET, SECRET], ed25519Keys: [ED25519_KEY] },
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
    expect(() => readConfig({ API_TOKEN: '' })).to.throw('API_TOKEN: is required and not set');
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
