import cluster, { type Worker } from 'node:cluster';
import { on, once } from 'node:events';
import type { App } from './app.ts';
import type { Clock, Timer } from './runtime/clock.ts';
import { LongLivedPart } from './runtime/lifecycle.ts';
import type { Logger } from './runtime/logger.ts';
import { joinedText, type Measurements } from './runtime/metrics.ts';
import { Channel } from './worker-channel.ts';

export interface WorkersOptions {
  /** How many processes. */
  readonly count: number;
  /** The file each of them runs. */
  readonly main: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a worker tells once it is ready. */
export interface WorkerReady {
  readonly url: string;
}

/** What a worker is told to stop with. */
export const STOP = 'stop';

/** What a worker is asked: what it has measured. */
export const MEASURE = 'measure';

/** What a worker asks: what all of them have measured, as text. */
export const SCRAPE = 'scrape';

/** Before a worker that ended by itself is replaced: 1 s, doubled each time it does not get ready, at most 30 s. */
const RESTART_BASE_MS = 1000;
const RESTART_CAP_MS = 30_000;

/**
 * The service as several processes of one machine, which share the API's port and the work. This one only
 * looks after them: it starts them, replaces those that end by themselves, and stops them.
 */
export class Workers extends LongLivedPart implements App {
  readonly name = 'workers';
  private readonly options: WorkersOptions;
  private readonly workers = new Map<Worker, Channel>();
  private readonly restarts = new Set<Timer>();
  private ending = false;
  private apiUrl = '';

  constructor(options: WorkersOptions) {
    super();
    this.options = options;
  }

  url(): string {
    return this.apiUrl;
  }

  /** @throws Error when a worker ends before it is ready; it has written the reason to the log */
  protected async onStart(): Promise<void> {
    this.ending = false;
    cluster.setupPrimary({ exec: this.options.main });
    try {
      await Promise.all(Array.from({ length: this.options.count }, () => this.launch()));
    } catch (error) {
      await this.onStop();
      throw error;
    }
  }

  protected override onStopRequested(): void {
    this.ending = true;
    for (const restart of this.restarts) restart.cancel();
    this.restarts.clear();
    for (const worker of this.workers.keys()) tellToStop(worker);
  }

  protected async onStop(): Promise<void> {
    this.onStopRequested();
    await Promise.all([...this.workers.keys()].map((worker) => once(worker, 'exit')));
  }

  /** Starts a worker; resolves when it is ready. */
  private async launch(): Promise<void> {
    const worker = cluster.fork();
    this.workers.set(worker, this.channelTo(worker));
    const ended = new AbortController();
    worker.once('exit', (code, signal) => {
      this.workers.delete(worker);
      ended.abort(new Error(`worker ${worker.id} ended with ${signal ?? `exit code ${code}`}`));
    });
    // Told by both ends of the channel, should the process never come to be.
    worker.once('error', (error) => ended.abort(error));
    await this.untilReady(worker, ended.signal);
    this.watch(ended.signal);
  }

  private async untilReady(worker: Worker, ended: AbortSignal): Promise<void> {
    try {
      for await (const [message] of on(worker, 'message', { signal: ended })) {
        if (!isReady(message)) continue;
        this.apiUrl = message.url;
        return;
      }
    } catch (error) {
      throw ended.aborted ? ended.reason : error;
    }
  }

  private channelTo(worker: Worker): Channel {
    const channel = new Channel({
      send: (message) => void worker.send(message as object, () => undefined),
      answers: { [SCRAPE]: () => this.scrape() },
      clock: this.options.clock,
    });
    worker.on('message', (message) => channel.receive(message));
    return channel;
  }

  /** A worker that does not answer makes it fail: a sum without it would be wrong. */
  private async scrape(): Promise<string> {
    const asked = [...this.workers.values()].map((channel) => channel.ask(MEASURE));
    return await joinedText((await Promise.all(asked)) as Measurements[]);
  }

  /** Replaces a worker, that was ready, when it ends. */
  private watch(ended: AbortSignal): void {
    const onEnd = () => {
      if (this.ending) return;
      this.options.log.error({ err: ended.reason }, 'a worker ended by itself; starting another');
      this.replace(RESTART_BASE_MS);
    };
    if (ended.aborted) onEnd();
    else ended.addEventListener('abort', onEnd, { once: true });
  }

  private replace(delayMs: number): void {
    const { clock, log } = this.options;
    const restart = clock.after(delayMs, () => {
      this.restarts.delete(restart);
      this.launch().catch((error: unknown) => {
        if (this.ending) return;
        log.error({ err: error }, 'a new worker did not get ready; trying again');
        this.replace(Math.min(delayMs * 2, RESTART_CAP_MS));
      });
    });
    this.restarts.add(restart);
  }
}

function isReady(message: unknown): message is WorkerReady {
  return typeof message === 'object' && message !== null && 'url' in message;
}

function tellToStop(worker: Worker): void {
  // One whose channel is closed is ending already.
  if (worker.isConnected()) worker.send(STOP, () => undefined);
}
