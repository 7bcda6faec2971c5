import { expect } from 'chai';
import { secretsIn } from '../../../src/config/secrets.ts';

describe('config: secrets', () => {
  it('are the values of secret settings, and no others', () => {
    const env = { API_TOKEN: 'a', REDIS_PASSWORD: 'b', REDIS_USERNAME: 'u', OTHER_TOKEN: 'o' };
    expect(secretsIn(env)).to.deep.equal(['a', 'b']);
    expect(secretsIn({ API_TOKEN: '' })).to.deep.equal([]);
  });

  it('of a list are those of its entries, whatever stands before them', () => {
    const env = { API_TOKENS: 'shop:read+write:tok:1,\n ops:admin:tok-2' };
    expect(secretsIn(env)).to.include.members(['tok:1', 'tok-2']);
    expect(secretsIn(env)).to.not.include.members(['shop', 'ops']);
  });

  it('of a URL are its password, too, and not its host', () => {
    const secrets = secretsIn({ REDIS_URL: 'rediss://user:p%40ss%3Aword@redis.internal:6380/1' });
    expect(secrets).to.include.members(['p%40ss%3Aword', 'p@ss:word']);
    for (const secret of secrets.slice(1)) expect(secret).to.not.contain('redis.internal');
    expect(secretsIn({ REDIS_URL: 'redis://redis.internal' })).to.have.length(1);
    expect(secretsIn({ REDIS_URL: 'redis://:100%@host' })).to.include('100%');
  });
});
