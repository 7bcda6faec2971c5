import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../../harness/scope.ts';
import { until } from '../../harness/until.ts';
import { askRedis } from '../../lib/redis-link.mjs';
import { startRedisServer } from '../../lib/redis-server.mjs';

/** A redis-server with the shipped redis.conf, append-only file included. */
export interface BenchRedis {
  readonly port: number;
  readonly pid: number;
  /** The fields of `INFO everything`; figures as numbers. */
  info(): Promise<RedisInfo>;
  /** Waits until Redis is done with what the load before it left to do in the background. */
  quiet(): Promise<void>;
}

export type RedisInfo = ReadonlyMap<string, string>;

/** Longest wait for a replica to have what its master has, in ms. */
const FOLLOW_DEADLINE_MS = 30_000;
/** Longest wait for Redis to come to rest, in ms. */
const QUIET_DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** @param masterPort of the one it is to be a replica of, on this machine; unless given it is none */
export async function openRedis(
  scope: Scope,
  workDir: string,
  masterPort?: number,
): Promise<BenchRedis> {
  const args = masterPort === undefined ? [] : ['--replicaof', '127.0.0.1', String(masterPort)];
  const server = await startRedisServer({ dir: mkdtempSync(path.join(workDir, 'redis-')), args });
  scope.defer(() => server.stop());
  const info = async () => parseInfo(String(await askRedis(server.port, 'INFO', 'everything')));
  const follows = async () => (await info()).get('master_link_status') === 'up';
  if (masterPort !== undefined) await until('the replica follows', follows, FOLLOW_DEADLINE_MS);
  return { port: server.port, pid: server.pid, info, quiet: () => untilQuiet(info) };
}

/** @param text the answer of `INFO` */
export function parseInfo(text: string): RedisInfo {
  const pairs = text.matchAll(/^([^#:\r\n]+):(.*?)\r?$/gm);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, value]));
}

/** A rewrite of the append-only file takes a core for itself; a large fill sets one off. */
async function untilQuiet(info: () => Promise<RedisInfo>): Promise<void> {
  const deadline = performance.now() + QUIET_DEADLINE_MS;
  while (performance.now() < deadline) {
    const now = await info();
    const busy = ['aof_rewrite_in_progress', 'aof_rewrite_scheduled', 'lazyfree_pending_objects'];
    if (busy.every((field) => (now.get(field) ?? '0') === '0')) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`Redis was still busy after ${QUIET_DEADLINE_MS} ms`);
}
