import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../../harness/scope.ts';
import type { Bench } from '../bench.ts';
import { openReceiver, type Receiver } from '../stage/receiver.ts';
import { type BenchRedis, openRedis } from '../stage/redis.ts';
import type { Scheduler, StartScheduler } from '../stage/schedulers.ts';
import { farAhead } from './plans.ts';

/** What an earlier measurement left overdue must be sent by then, in ms. */
const DRAIN_DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** A Redis with messages far ahead. It only ever grows, so that a million are stored once per run. */
export class Backlog {
  readonly redis: BenchRedis;
  readonly receiver: Receiver;
  private readonly bench: Bench;
  readonly name: string;
  private readonly startScheduler: StartScheduler;
  private size = 0;
  /** Whether another scheduler may have left something overdue. */
  private unclean = false;

  private constructor(
    bench: Bench,
    name: string,
    startScheduler: StartScheduler,
    redis: BenchRedis,
    receiver: Receiver,
  ) {
    this.bench = bench;
    this.name = name;
    this.startScheduler = startScheduler;
    this.redis = redis;
    this.receiver = receiver;
  }

  static async open(
    bench: Bench,
    scope: Scope,
    name: string,
    start: StartScheduler,
  ): Promise<Backlog> {
    const receiver = await openReceiver(scope);
    const redis = await openRedis(scope, bench.workDir);
    return new Backlog(bench, name, start, redis, receiver);
  }

  /** Runs a task with a scheduler of its own on this Redis, once so many messages are pending. */
  async with<T>(
    pending: number,
    task: (scheduler: Scheduler) => Promise<T>,
    start = this.startScheduler,
  ): Promise<T> {
    await this.fillTo(pending);
    this.unclean = start !== this.startScheduler;
    return this.run(start, task);
  }

  /** With a process that is gone afterwards: what filling did to its memory is not to be measured. */
  async fillTo(pending: number): Promise<void> {
    const { bench, name, receiver, redis, size } = this;
    if (pending < size) throw new Error(`${size} messages are pending already, not ${pending}`);
    if (pending === size && !this.unclean) return;
    await this.run(this.startScheduler, async (scheduler) => {
      await untilPending(scheduler, size);
      if (pending > size) {
        bench.say(`${name}: storing ${pending - size} messages far ahead`);
        await scheduler.schedule(farAhead(pending - size, receiver.url));
        this.size = pending;
      }
      await untilPending(scheduler, pending);
    });
    this.unclean = false;
    await redis.quiet();
  }

  private run<T>(start: StartScheduler, task: (scheduler: Scheduler) => Promise<T>): Promise<T> {
    const { bench, redis } = this;
    return bench.scope.within(async (scope) =>
      task(await start(scope, { redis, workDir: bench.workDir })),
    );
  }
}

/** Waits until what is overdue has been sent; then exactly those far ahead must be there. */
export async function untilPending(
  scheduler: Pick<Scheduler, 'pending'>,
  expected: number,
): Promise<void> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const pending = await scheduler.pending();
    if (pending === expected) return;
    if (pending < expected || performance.now() > deadline) {
      throw new Error(`${pending} messages are pending instead of ${expected}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}
