import type { Bench } from '../bench.ts';
import { type BenchRedis, openRedis } from '../stage/redis.ts';
import type { StartScheduler } from '../stage/schedulers.ts';
import { farAhead } from './plans.ts';

/** Stored before the scale is read, so that what there is once is there: scripts, a stream, buffers. */
const WARM_UP = 100;

/** @returns bytes of Redis memory for each message far ahead */
export function measureMemory(bench: Bench, start: StartScheduler): Promise<number> {
  const { scope, workDir, scale } = bench;
  return scope.within(async (inner) => {
    const redis = await openRedis(inner, workDir);
    const scheduler = await start(inner, { redis, workDir });
    await scheduler.schedule(farAhead(WARM_UP));
    const before = await dataMemory(redis);
    await scheduler.schedule(farAhead(scale.weighed));
    return ((await dataMemory(redis)) - before) / scale.weighed;
  });
}

/** Memory of the data and its tables; buffers of clients and of the append-only file come and go. */
async function dataMemory(redis: BenchRedis): Promise<number> {
  await redis.quiet();
  const info = await redis.info();
  const bytes = (field: string) => Number(info.get(field));
  return bytes('used_memory') - bytes('mem_clients_normal') - bytes('mem_aof_buffer');
}
