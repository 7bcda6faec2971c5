import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { processStats } from '../stage/process-stats.ts';
import { type BenchRedis, openRedis } from '../stage/redis.ts';
import { startService } from '../stage/service.ts';
import { backlogOfOurs, fullBacklog } from './shared.ts';

/** A service with nothing to do. */
export interface IdleRun {
  /** CPU used, in percent of one core. */
  readonly serviceCpu: number;
  readonly redisCpu: number;
  /** Resident memory of the service at the end, bytes. */
  readonly rss: number;
}

/** From being ready until it is at rest, in ms. */
const SETTLE_MS = 3000;

/** With the largest backlog pending. */
export function idleWithBacklog(bench: Bench): Promise<IdleRun> {
  return bench.once('idle with backlog', async () => {
    const backlog = await backlogOfOurs(bench);
    await backlog.fillTo(fullBacklog(bench));
    return measureIdle(bench, backlog.redis);
  });
}

/** With nothing pending. */
export function idleWithout(bench: Bench): Promise<IdleRun> {
  return bench.once('idle with nothing pending', () =>
    bench.scope.within(async (scope) => measureIdle(bench, await openRedis(scope, bench.workDir))),
  );
}

function measureIdle({ scale, scope, workDir, say }: Bench, redis: BenchRedis): Promise<IdleRun> {
  say(`idle: watching for ${scale.idleForMs / 1000} s`);
  return scope.within(async (inner) => {
    const service = await startService(inner, { redisPort: redis.port, workDir });
    await delay(SETTLE_MS);
    const since = performance.now();
    const read = () => [processStats(service.pid), processStats(redis.pid)] as const;
    const [service1, redis1] = read();
    await delay(scale.idleForMs);
    const [service2, redis2] = read();
    const percent = 100 / (performance.now() - since);
    return {
      serviceCpu: (service2.cpuMs - service1.cpuMs) * percent,
      redisCpu: (redis2.cpuMs - redis1.cpuMs) * percent,
      rss: service2.rss,
    };
  });
}
