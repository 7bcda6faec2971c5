import type { Scope } from '../../harness/scope.ts';
import type { Plan } from '../processes/plan.mjs';
import { startChild } from './child.ts';
import type { BenchRedis } from './redis.ts';
import { type ServiceOptions, startService } from './service.ts';

/** Something that sends webhooks at their time: this service, as a whole or in part, or a peer. */
export interface Scheduler {
  /** The process that sends. */
  readonly pid: number;
  /** Stores messages; resolves with how long that took. */
  schedule(plan: Plan): Promise<{ durationMs: number }>;
  /** Messages stored and not sent yet. */
  pending(): Promise<number>;
}

export interface SchedulerOptions {
  readonly redis: BenchRedis;
  readonly workDir: string;
  /** Webhooks under way at once; 256, the service's default, unless given. */
  readonly concurrency?: number;
}

export type StartScheduler = (scope: Scope, options: SchedulerOptions) => Promise<Scheduler>;

export const startOurs: StartScheduler = (scope, options) => startApi(scope, options);

export const startExpiryOnly: StartScheduler = (scope, options) =>
  startApi(scope, { ...options, preload: 'expiry-only' });

async function startApi(
  scope: Scope,
  { redis, ...options }: SchedulerOptions & Pick<ServiceOptions, 'preload'>,
): Promise<Scheduler> {
  const service = await startService(scope, { ...options, redisPort: redis.port });
  const load = await startChild(scope, 'load');
  const { pid, port, pending } = service;
  return {
    pid,
    schedule: (plan) => load.call('schedule', { port, plan }),
    pending,
  };
}

/** The default of WEBHOOK_CONCURRENCY, for the peer. */
const CONCURRENCY = 256;

export const startBullmq: StartScheduler = async (scope, { redis, concurrency = CONCURRENCY }) => {
  const producer = await startChild(scope, 'bullmq-producer', [redis.port]);
  const worker = await startChild(scope, 'bullmq-worker', [redis.port, concurrency]);
  return {
    pid: worker.pid,
    schedule: (plan) => producer.call('schedule', { plan }),
    pending: () => producer.call('pending'),
  };
};
