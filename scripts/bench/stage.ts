import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startRedisServer } from '../lib/redis-server.mjs';
import { root } from '../lib/root.mjs';
import type { Arrival } from './receiver.ts';

/** Redis, the service and a receiver, each a process of its own, as in production. */
export interface Stage {
  readonly redisPort: number;
  readonly apiUrl: string;
  readonly receiverUrl: string;
  /** Resolves with the arrivals once there are that many. */
  arrivals(count: number): Promise<Arrival[]>;
  close(): Promise<void>;
}

export const TOKEN = 'bench';

/** Starts everything with the shipped redis.conf, AOF included. */
export async function openStage(): Promise<Stage> {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-bench-'));
  const redis = await startRedisServer({ dir });
  const receiver = fork(path.join(root, 'scripts/bench/receiver.ts'));
  const [{ url: receiverUrl }] = (await once(receiver, 'message')) as [{ url: string }];
  const service = spawnService(redis.port);
  const apiUrl = await readyUrl(service);
  return {
    redisPort: redis.port,
    apiUrl,
    receiverUrl,
    arrivals: async (count) => {
      receiver.send({ count });
      const [{ arrivals }] = (await once(receiver, 'message')) as [{ arrivals: Arrival[] }];
      return arrivals;
    },
    close: async () => {
      await end(service);
      await end(receiver);
      await redis.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function spawnService(redisPort: number): ChildProcess {
  return spawn(process.execPath, [path.join(root, 'dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redisPort),
      API_HOST: '127.0.0.1',
      API_PORT: '0',
      API_TOKEN: TOKEN,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Reads the log, for good, and resolves with the URL of the line that says it is ready. */
function readyUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the service has no stdout');
  return new Promise((resolve) => {
    createInterface(stdout).on('line', (line) => {
      if (line.includes('"msg":"the service is ready"'))
        resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
