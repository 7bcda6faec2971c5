import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../lib/free-port.mjs';
import { askRedis } from '../lib/redis-link.mjs';
import { isPortTaken, type RedisServer, startRedisServer } from '../lib/redis-server.mjs';
import { until } from './until.ts';

/** What the sentinels call the master and its replicas. */
export const MASTER_NAME = 'agendamento';

const SENTINELS = 3;

/** How often a start is tried with other ports. */
const MAX_STARTS = 5;

/** Sentinels that have to agree that the master is down. */
const QUORUM = 2;

export interface SentinelsOptions {
  /** Ports of 127.0.0.1 at which the sentinels reach the servers. */
  readonly master: number;
  readonly replicas: readonly number[];
  /** A server that is silent for this long counts as down, in ms. */
  readonly downAfterMs: number;
}

/** Three sentinels that watch over a master and its replicas. */
export interface Sentinels {
  readonly ports: readonly number[];
  /** Settings that lead a service to whoever is master. */
  readonly env: Readonly<Record<string, string>>;
  /** The port of the master, as each sentinel has it. */
  masterPorts(): Promise<number[]>;
  /** Has one of them make a replica master, though the master is well; resolves when all say so. */
  failOver(): Promise<void>;
  /** Ends them and removes their files. */
  stop(): Promise<void>;
}

interface Sentinel {
  readonly id: string;
  readonly port: number;
}

interface Running {
  readonly server: RedisServer;
  readonly dir: string;
}

/**
 * Starts sentinels that know each other and every server from the first moment: finding each other out
 * would take them seconds.
 */
export async function startSentinels(options: SentinelsOptions): Promise<Sentinels> {
  for (let left = MAX_STARTS; ; left -= 1) {
    try {
      return await tryToStart(options);
    } catch (error) {
      if (left === 1 || !isPortTaken(error)) throw error;
    }
  }
}

async function tryToStart(options: SentinelsOptions): Promise<Sentinels> {
  const all: Sentinel[] = [];
  while (all.length < SENTINELS) {
    all.push({ id: randomBytes(20).toString('hex'), port: await freePort() });
  }
  const started: Running[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ server }) => server.stop()));
    for (const { dir } of started) rmSync(dir, { recursive: true, force: true });
  };
  const starts = all.map(async (one) => started.push(await startSentinel(one, all, options)));
  const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw (failed as PromiseRejectedResult).reason;
  }
  const ports = all.map(({ port }) => port);
  await until('every sentinel sees the master and its replicas', async () => {
    const views = await Promise.all(ports.map(viewOf));
    return views.every((view) => view === `${options.replicas.length} ${SENTINELS - 1}`);
  });
  return {
    ports,
    env: {
      REDIS_SENTINELS: ports.map((port) => `127.0.0.1:${port}`).join(','),
      REDIS_SENTINEL_NAME: MASTER_NAME,
    },
    masterPorts: () => Promise.all(ports.map(masterPortOf)),
    failOver: () => failOver(ports),
    stop,
  };
}

/** A sentinel writes its configuration file itself: it gets one of its own. */
async function startSentinel(
  { id, port }: Sentinel,
  all: readonly Sentinel[],
  { master, replicas, downAfterMs }: SentinelsOptions,
): Promise<Running> {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-sentinel-'));
  const conf = path.join(dir, 'sentinel.conf');
  const others = all.filter((other) => other.id !== id);
  const lines = [
    `sentinel myid ${id}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER_NAME} 3000`,
    ...replicas.map((replica) => `sentinel known-replica ${MASTER_NAME} 127.0.0.1 ${replica}`),
    ...others.map((o) => `sentinel known-sentinel ${MASTER_NAME} 127.0.0.1 ${o.port} ${o.id}`),
  ];
  writeFileSync(conf, `${lines.join('\n')}\n`);
  const server = await startRedisServer({ dir, conf, port, args: ['--sentinel'] });
  return { server, dir };
}

/** How many replicas and other sentinels a sentinel sees, while it thinks the master well. */
async function viewOf(port: number): Promise<string> {
  const reply = (await askRedis(port, 'SENTINEL', 'MASTER', MASTER_NAME)) as string[];
  const fields = new Map<string, string>();
  for (let i = 0; i < reply.length; i += 2) fields.set(String(reply[i]), String(reply[i + 1]));
  if (fields.get('flags') !== 'master') return String(fields.get('flags'));
  return `${fields.get('num-slaves')} ${fields.get('num-other-sentinels')}`;
}

async function failOver(ports: readonly number[]): Promise<void> {
  const [first = 0] = ports;
  const before = await masterPortOf(first);
  await askRedis(first, 'SENTINEL', 'FAILOVER', MASTER_NAME);
  await until('every sentinel names another master', async () => {
    return !(await Promise.all(ports.map(masterPortOf))).includes(before);
  });
}

async function masterPortOf(port: number): Promise<number> {
  const reply = await askRedis(port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER_NAME);
  return Number((reply as string[])[1]);
}
