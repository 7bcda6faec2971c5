import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.mjs';

/** Kustomize reads no file above its folder: what the manifests take from elsewhere is copied there. */
export const REDIS_CONF = 'config/kubernetes/overlays/standalone-redis/redis.conf';

/** `config/redis.conf`, for the Redis in Kubernetes. */
export function redisConf(): string {
  const original = 'config/redis.conf';
  const text = readFileSync(path.join(root, original), 'utf8');
  return `# Written by npm run docs: change ${original}.\n\n${text}`;
}
