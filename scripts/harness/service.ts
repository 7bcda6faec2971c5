import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../lib/exit-guard.mjs';

/** A line the service wrote to its log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** The service as its own process, run from the build as in production. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  readonly logs: LogLine[];
  /** Resolves with the first line, past or future, whose message contains the text. */
  logged(text: string, deadlineMs?: number): Promise<LogLine>;
  /** Calls the API with the token. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
  /** Sends a signal; resolves with the exit code when the process has ended (null: by the signal). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export const TOKEN = 'test-token';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Every process started here that has not ended. */
const alive = new Set<ChildProcess>();

/**
 * Starts the service against a Redis and waits until it is ready.
 * @param env settings on top of the test's defaults
 */
export function startService(
  redisPort: number,
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  return startServiceWith({ REDIS_PORT: String(redisPort), ...env });
}

/**
 * Starts the service against the Redis its settings name and waits until it is ready.
 * @param env settings on top of the test's defaults
 */
export async function startServiceWith(env: Record<string, string>): Promise<ServiceProcess> {
  const service = spawnService(env);
  const { url } = await service.logged('the service is ready');
  return { ...service, url: String(url), call: (...args) => callApi(String(url), ...args) };
}

/** What every service of a test needs. */
const DEFAULTS = {
  API_HOST: '127.0.0.1',
  API_PORT: '0',
  API_TOKEN: TOKEN,
};

/** Settings that say where Redis is without REDIS_HOST. */
const OTHER_PLACES = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'];

function defaultsFor(env: Record<string, string>): Record<string, string> {
  const isElsewhere = OTHER_PLACES.some((name) => name in env);
  return { ...DEFAULTS, ...(isElsewhere ? {} : { REDIS_HOST: '127.0.0.1' }) };
}

/**
 * Starts the service without waiting for anything. `url` is empty until it is known.
 * @param cwd its working directory; given one, the test's defaults are left out: its `.env` is to set them
 */
export function spawnService(env: Record<string, string>, cwd?: string): ServiceProcess {
  const child = spawn(process.execPath, [MAIN], {
    cwd: cwd ?? fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH: process.env.PATH, ...(cwd === undefined ? defaultsFor(env) : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return followService(child);
}

/**
 * Reads the log of a service that somebody started, and ends it with the others.
 * @param send how it gets a signal, where it is not the child itself
 */
export function followService(
  child: ChildProcess,
  send = (signal: NodeJS.Signals) => child.kill(signal),
): ServiceProcess {
  alive.add(child);
  const release = endWithUs(child.pid ?? 0, 'SIGKILL');
  const exited = once(child, 'exit').finally(() => {
    alive.delete(child);
    release();
  });
  const log = readLog(child);
  return {
    url: '',
    pid: child.pid ?? 0,
    logs: log.lines,
    logged: log.logged,
    call: () => Promise.reject(new Error('the service was not waited for')),
    end: async (signal = 'SIGTERM') => {
      send(signal);
      const [code] = await exited;
      return code as number | null;
    },
  };
}

/** Kills, by process id, whatever a failed test left running. */
export async function endAllServices(): Promise<void> {
  for (const child of alive) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Calls an API with the token; an object body is sent as JSON, a string as it is. */
export function callApi(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(url + path, {
    method,
    signal,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

function readLog(child: ChildProcess) {
  const lines: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const add = (line: LogLine) => {
    lines.push(line);
    for (const listener of listeners) listener(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface(stream).on('line', (text) => add(parseLine(text)));
  }
  return { lines, logged: (text: string, ms = 15_000) => waitForLine(lines, listeners, text, ms) };
}

function parseLine(text: string): LogLine {
  if (!text.startsWith('{')) return { msg: text };
  return JSON.parse(text) as LogLine;
}

function waitForLine(
  lines: readonly LogLine[],
  listeners: Set<(line: LogLine) => void>,
  text: string,
  deadlineMs: number,
): Promise<LogLine> {
  const past = lines.find(({ msg }) => msg.includes(text));
  if (past !== undefined) return Promise.resolve(past);
  return new Promise((resolve, reject) => {
    const listener = (line: LogLine) => {
      if (!line.msg.includes(text)) return;
      clearTimeout(timer);
      listeners.delete(listener);
      resolve(line);
    };
    const timer = setTimeout(() => {
      listeners.delete(listener);
      const log = lines
        .slice(-20)
        .map((line) => JSON.stringify(line))
        .join('\n');
      reject(
        new Error(`no log line with ${JSON.stringify(text)} within ${deadlineMs} ms:\n${log}`),
      );
    }, deadlineMs);
    listeners.add(listener);
  });
}
