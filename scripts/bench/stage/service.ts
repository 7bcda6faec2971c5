import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../../harness/scope.ts';
import { endWithUs } from '../../lib/exit-guard.mjs';
import { root } from '../../lib/root.mjs';
import { epochNow } from '../processes/epoch.mjs';
import { end } from './child.ts';

/** The built service as a process of its own. */
export interface BenchService {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  /** When it was started, and when it said that it is ready; epoch ms. */
  readonly launchedAt: number;
  readonly readyAt: number;
  /** Messages stored and not sent yet. */
  pending(): Promise<number>;
}

export interface ServiceOptions {
  readonly redisPort: number;
  readonly workDir: string;
  /** WEBHOOK_CONCURRENCY, where it is not the default. */
  readonly concurrency?: number | undefined;
  /** A module of `processes/` to load before its main. */
  readonly preload?: 'expiry-only' | 'bare-koa' | undefined;
  /** DURABILITY, where it is not the default. */
  readonly durability?: string | undefined;
}

/** The token that `processes/lane.mjs` sends. */
const TOKEN = 'bench';
const START_DEADLINE_MS = 30_000;
/** How soon we see that it is ready; when it was, its own log line says. */
const LOOK_EVERY_MS = 5;

/** Starts the service with default settings, its log in a file, and waits until it is ready. */
export async function startService(scope: Scope, options: ServiceOptions): Promise<BenchService> {
  const launchedAt = epochNow();
  const { child, log } = launch(options);
  const release = endWithUs(child.pid ?? 0);
  scope.defer(() => end(child).then(release));
  const { url, time } = await untilReady(child, log);
  return {
    pid: child.pid ?? 0,
    url,
    port: Number(new URL(url).port),
    launchedAt,
    readyAt: Date.parse(time),
    pending: async () => (await getPage(url, 'limit=1')).count,
  };
}

function launch({ redisPort, workDir, concurrency, preload, durability }: ServiceOptions) {
  const dir = mkdtempSync(path.join(workDir, 'service-'));
  const log = path.join(dir, 'service.log');
  const out = openSync(log, 'a');
  const module = path.join(import.meta.dirname, '../processes', `${preload}.mjs`);
  const args = preload === undefined ? [] : ['--import', module];
  const child = spawn(process.execPath, [...args, path.join(root, 'dist/main.js')], {
    // Away from the .env of this repository.
    cwd: dir,
    env: {
      PATH: process.env.PATH,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redisPort),
      API_HOST: '127.0.0.1',
      API_PORT: '0',
      API_TOKEN: TOKEN,
      ...(durability === undefined ? {} : { DURABILITY: durability }),
      ...(concurrency === undefined ? {} : { WEBHOOK_CONCURRENCY: String(concurrency) }),
    },
    // To a file: reading it through a pipe would take CPU from what is measured.
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  return { child, log };
}

interface ReadyLine {
  readonly url: string;
  /** ISO 8601. */
  readonly time: string;
}

async function untilReady(child: ChildProcess, log: string): Promise<ReadyLine> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const text = readFileSync(log, 'utf8');
    const line = /^.*"msg":"the service is ready".*$/m.exec(text)?.[0];
    if (line !== undefined) return JSON.parse(line) as ReadyLine;
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`the service did not start; its log:\n${text}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** One page of `GET /messages`. */
export interface Page {
  readonly scheduledJobs: readonly { readonly messageId: string }[];
  readonly count: number;
  readonly nextCursor?: string | null;
}

/** @param query of `GET /messages` */
export async function getPage(url: string, query: string): Promise<Page> {
  const answer = await fetch(`${url}/messages?${query}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  if (answer.status !== 200) throw new Error(`GET /messages answered ${answer.status}`);
  return (await answer.json()) as Page;
}
