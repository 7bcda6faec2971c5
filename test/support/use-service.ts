import type { Redis } from 'ioredis';
import { type Api, apiAt } from './api.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { type ServiceProcess, startService } from './service.ts';

/** A suite's service with a Redis of its own. */
export interface Running {
  readonly redis: TestRedis;
  readonly client: Redis;
  readonly service: ServiceProcess;
  readonly api: Api;
}

/** Gives a suite a service and a redis-server, emptied before each test; the service is ended first. */
export function useService(env: Record<string, string> = {}): { readonly current: Running } {
  const holder: { current: Running } = { current: undefined as unknown as Running };
  before(async () => {
    const redis = await startTestRedis();
    const service = await startService(redis.port, env);
    holder.current = { redis, client: redis.client, service, api: apiAt(service.url) };
  });
  beforeEach(async () => {
    await holder.current.client.flushall();
  });
  after(async () => {
    await holder.current.service.end();
    await holder.current.redis.stop();
  });
  return holder;
}
