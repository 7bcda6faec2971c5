import { Redis } from 'ioredis';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { RedisAddress } from '../../runtime/redis-settings.ts';
import { Repeater } from '../../runtime/repeater.ts';
import { closeConnection, connectInBackground, explained } from './connection.ts';
import type { ConnectionOptions } from './redis-options.ts';

export interface MasterWatchOptions {
  readonly sentinels: readonly RedisAddress[];
  /** What the sentinels call the master. */
  readonly name: string;
  /** Of the connections to the sentinels, but for their addresses. */
  readonly connection: ConnectionOptions;
  /** Called when a sentinel names another master than before. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two questions who is master, in ms. What a former master is still told meanwhile may be lost. */
const ASK_INTERVAL_MS = 500;

/**
 * Asks every sentinel again and again who is master. Their announcement of a failover comes later, when
 * all replicas follow, and can be missed; an answer cannot.
 */
export class MasterWatch {
  private readonly options: MasterWatchOptions;
  private readonly sentinels: readonly Redis[];
  /** What each sentinel said last. */
  private readonly answers = new Map<Redis, string>();
  /** Those the log has said of that they cannot be spoken to. */
  private readonly reported = new Set<Redis>();
  private readonly rounds: Repeater;
  private endFirstRound: () => void = () => undefined;

  constructor(options: MasterWatchOptions) {
    this.options = options;
    this.sentinels = options.sentinels.map(
      // A question waits for the connection, until its timeout.
      (address) => new Redis({ ...options.connection, ...address, enableOfflineQueue: true }),
    );
    this.rounds = new Repeater({
      name: 'watch over the master',
      intervalMs: ASK_INTERVAL_MS,
      jitter: 0,
      task: () => this.askAll(),
      clock: options.clock,
      log: options.log,
    });
  }

  /** @returns resolves when every sentinel was asked once; never, when it is closed before */
  open(): Promise<void> {
    for (const sentinel of this.sentinels) {
      sentinel.on('error', (error: Error) => this.report(sentinel, error));
      connectInBackground(sentinel);
    }
    void this.rounds.start();
    return new Promise((resolve) => {
      this.endFirstRound = resolve;
    });
  }

  close(): void {
    this.endFirstRound = () => undefined;
    void this.rounds.stop();
    for (const sentinel of this.sentinels) closeConnection(sentinel);
  }

  /** That one of several is away is nothing to report: the others answer. That we cannot speak to one is. */
  private report(sentinel: Redis, error: Error): void {
    const err = explained(sentinel, error);
    if (err === error || this.reported.has(sentinel)) return;
    this.reported.add(sentinel);
    const { host, port } = sentinel.options;
    this.options.log.warn({ sentinel: `${host}:${port}`, err }, 'a sentinel cannot be spoken to');
  }

  private async askAll(): Promise<void> {
    const changes = await Promise.all(this.sentinels.map((sentinel) => this.ask(sentinel)));
    this.endFirstRound();
    const address = changes.find((change) => change !== undefined);
    if (address === undefined) return;
    this.options.log.warn({ address }, 'the sentinels name another master; connecting to it');
    this.options.onChange();
  }

  /** @returns the address of the master when it is not the one that this sentinel named before */
  private async ask(sentinel: Redis): Promise<string | undefined> {
    try {
      const answer = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.options.name);
      if (!Array.isArray(answer)) return undefined;
      const address = answer.join(':');
      const before = this.answers.get(sentinel);
      this.answers.set(sentinel, address);
      return before === undefined || before === address ? undefined : address;
    } catch {
      // It is asked again with the next round.
      return undefined;
    }
  }
}
