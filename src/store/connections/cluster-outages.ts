import type { Cluster, Redis } from 'ioredis';
import type { Logger } from '../../runtime/logger.ts';
import { explained } from './connection.ts';

/**
 * Has the log say which nodes cannot be reached, and when they can again: once per outage of each.
 * @param findReason finds out why not even one node can be asked for the others: the cluster does not say
 */
export function reportOutages(
  cluster: Cluster,
  findReason: () => Promise<Error | undefined>,
  log: Logger,
): void {
  const away = new Set<string>();
  cluster.on('node error', (error: Error, node: string) => {
    if (away.has(node)) return;
    away.add(node);
    const redis = cluster.nodes().find(({ options: { host, port } }) => `${host}:${port}` === node);
    const err = redis === undefined ? error : explained(redis, error);
    log.warn({ node, err }, 'a Redis node is unreachable');
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
    if (reachable) void report(error);
    reachable = false;
  });

  async function report(error: Error): Promise<void> {
    const err = (await findReason()) ?? error;
    log.warn({ err }, 'the Redis cluster is unreachable; reconnecting');
  }
}
