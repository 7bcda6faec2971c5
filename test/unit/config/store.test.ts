import { expect } from 'chai';
import { ConfigError, readConfig, readStoreConfig } from '../../../src/config/config.ts';

const SET = {
  REDIS_HOST: 'r',
  REDIS_PORT: '2',
  REDIS_USERNAME: 'u',
  REDIS_PASSWORD: 'p',
  REDIS_DB: '3',
  REDIS_TIMEOUT_MS: '51',
  KEY_PREFIX: 'app:',
  PARTITIONS: '4',
};

describe("config: the store's part", () => {
  it('is that of the whole configuration, without a token, and frozen', () => {
    for (const env of [{}, SET]) {
      const { redis, keyPrefix, partitions, payloadKeys } = readConfig({ ...env, API_TOKEN: 't' });
      const part = readStoreConfig(env);
      expect(part).to.deep.equal({ redis, keyPrefix, partitions, payloadKeys });
      expect(Object.isFrozen(part.redis)).to.equal(true);
    }
  });

  it('looks at no other setting, right or wrong', () => {
    const others = { API_PORT: 'x', API_TOKN: 'y', WEBHOOK_TIMEOUT_MS: '-1', LOG_LEVEL: 'loud' };
    expect(readStoreConfig(others)).to.deep.equal(readStoreConfig({}));
  });

  it('names every problem of its own at once', () => {
    const env = { REDIS_PORT: 'x', REDIS_HOSTNAME: 'y', PARTITIONS: '0', KEY_PREFIX: '{}' };
    try {
      readStoreConfig(env);
      expect.fail('it was accepted');
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigError);
      const names = (error as ConfigError).problems.map((problem) => problem.split(':')[0]);
      expect(names).to.have.members(Object.keys(env));
    }
  });
});
