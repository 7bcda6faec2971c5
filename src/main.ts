import cluster from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { type App, createApp } from './app.ts';
import { helpText, readArguments, settingsSummary, UsageError } from './command-line.ts';
import {
  type Config,
  ConfigError,
  type Environment,
  readConfig,
  readSettings,
} from './config/config.ts';
import { secretsIn } from './config/secrets.ts';
import { systemClock } from './runtime/clock.ts';
import { createLogger, type Logger } from './runtime/logger.ts';
import { Channel } from './worker-channel.ts';
import { MEASURE, SCRAPE, STOP, type WorkerReady, Workers } from './workers.ts';

/** What importing this module starts. */
export interface Service {
  /** Resolves when the API listens and Redis was found to fit. Stays pending when it comes to nothing. */
  readonly ready: Promise<{ url: string }>;
  /** Resolves with the exit code when everything is closed. */
  readonly finished: Promise<number>;
}

const never = new Promise<never>(() => undefined);

export const service: Service = run();

function run(): Service {
  try {
    const task = readArguments(process.argv.slice(2));
    if (task === 'help') return ended(0, helpText());
    const env = readEnvironment();
    if (task === 'run') return runService(readConfig(env), secretsIn(env));
    return ended(0, settingsSummary(readSettings(env), env));
  } catch (error) {
    return ended(1, `${problemsOf(error).join('\n')}\n`);
  }
}

/** What is wrong with how we were called, a line for each. */
function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof UsageError) return [error.message];
  throw error;
}

/** There is no service to run: this is said instead. */
function ended(exitCode: 0 | 1, text: string): Service {
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = exitCode;
  return { ready: never, finished: Promise.resolve(exitCode) };
}

function runService(config: Config, secrets: readonly string[]): Service {
  const replica = config.replica === undefined ? replicaName() : ownName(config.replica);
  const { logLevel: level, logFormat } = config;
  const pretty = logFormat === 'auto' ? process.stdout.isTTY : logFormat === 'pretty';
  const log = createLogger({ level, pretty, replica, secrets });
  const app = createProcess(config, replica, log);
  const stopAsked = onStopSignal(log);
  const started = app.start();
  const finished = finish(app, started, stopAsked, log);
  return { ready: announceReady(app, started, stopAsked, log), finished };
}

/** The service itself or, in the process that was started for several of them, what looks after those. */
function createProcess(config: Config, replica: string, log: Logger): App {
  const count = config.workers === 'auto' ? availableParallelism() : config.workers;
  if (cluster.isWorker) return createWorker(config, replica, log);
  if (count === 1) return createApp(config, replica, log);
  return new Workers({ count, main: fileURLToPath(import.meta.url), clock: systemClock, log });
}

/** The service in one of several processes: what all of them have measured is known to who looks after them. */
function createWorker(config: Config, replica: string, log: Logger): App {
  const channel = new Channel({
    send: (message) => void process.send?.(message, () => undefined),
    answers: { [MEASURE]: () => app.measure() },
    clock: systemClock,
  });
  process.on('message', (message) => channel.receive(message));
  const app = createApp(config, replica, log, async () => String(await channel.ask(SCRAPE)));
  return app;
}

/** Says that the service is ready, unless it failed to start or was stopped before it was. */
async function announceReady(
  app: App,
  started: Promise<void>,
  stopAsked: AbortSignal,
  log: Logger,
): Promise<{ url: string }> {
  await started.catch(() => never);
  if (stopAsked.aborted) return never;
  const url = app.url();
  log.info({ url }, cluster.isWorker ? 'the worker is ready' : 'the service is ready');
  if (cluster.isWorker) process.send?.({ url } satisfies WorkerReady);
  return { url };
}

/** Waits for the stop signal or a failed start, closes everything, and gives the exit code. */
async function finish(
  app: App,
  started: Promise<void>,
  stopAsked: AbortSignal,
  log: Logger,
): Promise<number> {
  const failure = started.then(
    () => never,
    (error: unknown) => error,
  );
  const asked = once(stopAsked, 'abort').then(() => undefined);
  const error = await Promise.race([asked, failure]);
  if (error !== undefined) log.fatal({ err: error }, `could not start: ${messageOf(error)}`);
  await app.stop();
  log.info('stopped');
  process.exitCode = error === undefined ? 0 : 1;
  // Its channel to the others would keep a worker alive.
  cluster.worker?.disconnect();
  return process.exitCode;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Aborts at the first SIGTERM or SIGINT; the second ends the process at once. A worker hears a Ctrl-C as
 * well as whoever looks after it, which tells it: it does not count them.
 */
function onStopSignal(log: Logger): AbortSignal {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted && !cluster.isWorker) process.exit(1);
    log.info({ signal }, 'stopping; a second signal ends at once');
    stop.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  if (cluster.isWorker) process.on('message', (message) => message === STOP && stop.abort());
  return stop.signal;
}

/** `.env` in the working directory, and the environment, which wins. */
function readEnvironment(): Environment {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...file, ...process.env };
}

/** Host name, process id and a random part: readable, and never the same twice. */
function replicaName(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 40);
  return `${host}-${process.pid}-${randomBytes(2).toString('hex')}`;
}

/** The name that was set; with a number where several processes are started with it. */
function ownName(name: string): string {
  return cluster.worker === undefined ? name : `${name}-${cluster.worker.id}`;
}
