import type { Cluster, Redis } from 'ioredis';
import type { Logger } from '../../runtime/logger.ts';

/** Has the log say which nodes cannot be reached, and when they can again: once per outage of each. */
export function reportOutages(cluster: Cluster, log: Logger): void {
  const away = new Set<string>();
  cluster.on('node error', (error: Error, node: string) => {
    if (away.has(node)) return;
    away.add(node);
    log.warn({ node, err: error }, 'a Redis node is unreachable');
  });
  cluster.on('+node', (redis: Redis) => {
    const { host, port } = redis.options;
    redis.once('ready', () => {
      if (away.delete(`${host}:${port}`))
        log.info({ node: `${host}:${port}` }, 'a Redis node is back');
    });
  });
  let reachable = true;
  cluster.on('ready', () => {
    if (!reachable) log.info('the Redis cluster is back');
    reachable = true;
  });
  cluster.on('error', (error) => {
    if (reachable) log.warn({ err: error }, 'the Redis cluster is unreachable; reconnecting');
    reachable = false;
  });
}
