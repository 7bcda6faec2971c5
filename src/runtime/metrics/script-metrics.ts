import { Counter, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import { type Counting, childOf, type Observing } from './children.ts';

/** In s. */
const COMMAND_BUCKETS = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5],
];

/** Counts what is asked of Redis: the scripts, which is nearly all of it. */
export class ScriptMetrics {
  private readonly duration: (command: string) => Observing;
  private readonly errors: (command: string) => Counting;

  private readonly clock: Pick<Clock, 'now'>;

  constructor(registry: Registry, clock: Pick<Clock, 'now'>) {
    this.clock = clock;
    const registers = [registry];
    const duration = new Histogram({
      name: 'agendamento_redis_command_duration_seconds',
      help: 'From sending a script of ours to Redis until its answer, by script.',
      labelNames: ['command'],
      buckets: COMMAND_BUCKETS,
      registers,
    });
    this.duration = childOf((command) => duration.labels({ command }));
    const errors = new Counter({
      name: 'agendamento_redis_command_errors_total',
      help: 'Scripts of ours that Redis did not answer, or refused, by script.',
      labelNames: ['command'],
      registers,
    });
    this.errors = childOf((command) => errors.labels({ command }));
  }

  /** @returns the reply, as it comes */
  async timed<T>(script: string, reply: Promise<T>): Promise<T> {
    const sentAt = this.clock.now();
    try {
      const answer = await reply;
      this.duration(script).observe((this.clock.now() - sentAt) / 1000);
      return answer;
    } catch (error) {
      this.errors(script).inc();
      throw error;
    }
  }
}
