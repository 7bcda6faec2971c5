import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../scripts/lib/redis-server.mjs';
import { USER_ARGS } from './redis-user.ts';

/** A real redis-server of a test's own, and a client to look inside. */
export interface TestRedis {
  readonly port: number;
  readonly dir: string;
  readonly client: Redis;
  readonly server: RedisServer;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a redis-server on a free loopback port, with the project's redis.conf but nothing on disk.
 * @param args more settings, such as `['--notify-keyspace-events', '']`; they win
 * @param dir keeps the data of an earlier server; a fresh directory unless given
 */
export async function startTestRedis(args: string[] = [], dir = freshDir()): Promise<TestRedis> {
  const server = await startRedisServer({
    dir,
    args: ['--appendonly', 'no', ...USER_ARGS, ...args],
  });
  const client = new Redis({ host: '127.0.0.1', port: server.port, protocol: 2 });
  return {
    port: server.port,
    dir,
    client,
    server,
    stop: async () => {
      client.disconnect();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Gives a suite a redis-server, emptied before each test. */
export function useRedis(args: string[] = []): { readonly current: TestRedis } {
  const holder: { current: TestRedis } = { current: undefined as unknown as TestRedis };
  before(async () => {
    holder.current = await startTestRedis(args);
  });
  beforeEach(async () => {
    await holder.current.client.flushall();
  });
  after(async () => {
    await holder.current.stop();
  });
  return holder;
}

/** All keys, sorted, but for those about the data as a whole, which belong to no message. */
export async function keysLeft(client: Redis, pattern = '*'): Promise<string[]> {
  const keys = await client.keys(pattern);
  return keys.filter((key) => !/meta:|^request:/.test(key)).sort();
}

function freshDir(): string {
  return mkdtempSync(path.join(tmpdir(), 'agendamento-redis-'));
}
