import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { REDIS_CONF, redisConf } from '../../../scripts/docs/kubernetes.ts';
import { root } from '../../../scripts/lib/root.mjs';

describe('what the Kubernetes manifests take from elsewhere (npm run docs writes it)', () => {
  it('redis.conf', () => {
    expect(readFileSync(path.join(root, REDIS_CONF), 'utf8')).to.equal(redisConf());
  });
});
