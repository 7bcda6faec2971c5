import type { Bench } from '../bench.ts';
import { type Child, startChild } from '../stage/child.ts';
import { openRedis } from '../stage/redis.ts';
import { type BenchService, type ServiceOptions, startService } from '../stage/service.ts';
import { farAhead } from './plans.ts';

/** Connections of `POST /messages`. */
export const CONNECTIONS = 64;
/** Before answers count, as a share of the time they do. */
const WARM_UP = 0.25;
/** Messages in batches before the clock runs. */
const WARM_UP_BATCHED = 10_000;

export interface IntakeOptions extends Pick<ServiceOptions, 'preload' | 'durability'> {
  /** Of the load generator. */
  readonly connections?: number;
  /** Whether Redis has a replica, on this machine too. */
  readonly replicated?: boolean;
}

/** @returns answers per second to `POST /messages`, each with one message */
export function measurePosts(bench: Bench, options: IntakeOptions = {}): Promise<number> {
  const { postForMs: forMs } = bench.scale;
  const { connections = CONNECTIONS, preload } = options;
  return withApi(bench, options, async ({ port, pending }, load) => {
    const warmUpMs = forMs * WARM_UP;
    const what = { port, plan: farAhead(0), connections, warmUpMs, forMs };
    const { count } = await load.call<{ count: number }>('post', what);
    // Bare Koa that stores something, or a service that does not, is not what it is taken for.
    const stores = (await pending()) > 0;
    if (stores !== (preload === undefined)) throw new Error(`stored messages: ${stores}`);
    return (count / forMs) * 1000;
  });
}

/** @returns messages per second taken by `POST /messages/batch`, 1,000 each */
export function measureBatches(bench: Bench): Promise<number> {
  const { batched } = bench.scale;
  return withApi(bench, {}, async ({ port, pending }, load) => {
    const schedule = (count: number) =>
      load.call<{ durationMs: number }>('schedule', { port, plan: farAhead(count) });
    await schedule(WARM_UP_BATCHED);
    const { durationMs } = await schedule(batched);
    const stored = (await pending()) - WARM_UP_BATCHED;
    if (stored !== batched) throw new Error(`${stored} of ${batched} messages were stored`);
    return (batched / durationMs) * 1000;
  });
}

function withApi<T>(
  { scope, workDir }: Bench,
  { preload, durability, replicated = false }: IntakeOptions,
  task: (service: BenchService, load: Child) => Promise<T>,
): Promise<T> {
  return scope.within(async (inner) => {
    const { port: redisPort } = await openRedis(inner, workDir);
    if (replicated) await openRedis(inner, workDir, redisPort);
    const service = await startService(inner, { redisPort, workDir, preload, durability });
    return task(service, await startChild(inner, 'load'));
  });
}
