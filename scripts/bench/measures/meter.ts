import type { Cost } from '../report/series.ts';
import { processStats } from '../stage/process-stats.ts';
import type { BenchRedis, RedisInfo } from '../stage/redis.ts';

interface Reading {
  readonly info: RedisInfo;
  readonly senderCpuMs: number;
  readonly redisCpuMs: number;
}

/** Reads what Redis and a sender have used so far. */
export class Meter {
  private readonly redis: BenchRedis;
  private readonly pid: number;
  private before: Reading | undefined;

  constructor(redis: BenchRedis, pid: number) {
    this.redis = redis;
    this.pid = pid;
  }

  async start(): Promise<void> {
    this.before = await this.read();
  }

  /** @returns what was used since `start`, divided by the number of messages */
  async perMessage(messages: number): Promise<Cost> {
    const { before } = this;
    if (before === undefined) throw new Error('the meter was not started');
    const after = await this.read();
    const used = (read: (reading: Reading) => number) => (read(after) - read(before)) / messages;
    return {
      scripts: used(({ info }) => callsOf(info, 'evalsha') + callsOf(info, 'eval')),
      commands: used(({ info }) => Number(info.get('total_commands_processed'))),
      roundTrips: used(({ info }) => Number(info.get('total_reads_processed'))),
      senderCpu: used(({ senderCpuMs }) => senderCpuMs * 1000),
      redisCpu: used(({ redisCpuMs }) => redisCpuMs * 1000),
    };
  }

  private async read(): Promise<Reading> {
    const info = await this.redis.info();
    return {
      info,
      senderCpuMs: processStats(this.pid).cpuMs,
      redisCpuMs: processStats(this.redis.pid).cpuMs,
    };
  }
}

function callsOf(info: RedisInfo, command: string): number {
  const stats = info.get(`cmdstat_${command}`) ?? '';
  return Number(/calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
