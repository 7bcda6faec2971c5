import { Ajv } from 'ajv';
import { expect } from 'chai';
import { SETTINGS_SCHEMA } from '../../../src/config/schema.ts';
import { DURABILITY_FORMAT, isDurability } from '../../../src/domain/durability.ts';

describe('config: the schema itself', () => {
  for (const [name, schema] of Object.entries(SETTINGS_SCHEMA.properties)) {
    it(`${name} says what it is for, and its default is valid`, () => {
      expect(schema.description).to.match(/^.+\.$/);
      if (!('default' in schema)) return;
      const ajv = new Ajv().addFormat(DURABILITY_FORMAT, isDurability);
      expect(ajv.validate(schema, schema.default), ajv.errorsText()).to.equal(true);
    });
  }

  it('has no default for exactly those the code can do without', () => {
    const without = Object.entries(SETTINGS_SCHEMA.properties)
      .filter(([, schema]) => !('default' in schema))
      .map(([name]) => name);
    expect(without).to.have.members([
      ...[
        'API_TOKEN',
        'API_TOKENS',
        'API_RATE_BURST',
        'REDIS_USERNAME',
        'REDIS_PASSWORD',
        'WEBHOOK_LEASE_MS',
        'REPLICA_NAME',
      ],
      ...[
        'REDIS_SENTINELS',
        'REDIS_SENTINEL_NAME',
        'REDIS_SENTINEL_USERNAME',
        'REDIS_SENTINEL_PASSWORD',
      ],
      ...['REDIS_URL', 'REDIS_TLS', 'REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE'],
      ...['REDIS_TLS_KEY_FILE', 'REDIS_TLS_SERVER_NAME'],
      ...['REDIS_CLUSTER_NODES', 'PARTITIONS', 'PAYLOAD_KEYS'],
      ...['WEBHOOK_ALLOW_CIDRS', 'WEBHOOK_DENY_CIDRS', 'WEBHOOK_ALLOW_HOSTS', 'WEBHOOK_PROXY'],
      ...['WEBHOOK_SECRETS', 'WEBHOOK_ED25519_KEYS'],
    ]);
  });
});
