import { type Redis, ReplyError } from 'ioredis';
import { type Durability, replicasOf } from '../../domain/durability.ts';
import { StoreUnavailableError, UnsupportedDurabilityError } from '../../domain/errors.ts';
import { closeConnection, connectInBackground } from '../connections/connection.ts';
import { historyOf, type WriteHistory } from '../connections/link.ts';
import { answered } from '../errors.ts';

/** What a wait came to. */
export interface WaitAnswer {
  /** Whether everything written before the wait is as safe as asked. */
  readonly reached: boolean;
  /** Of the server that waited, for as long as it did. */
  readonly history: WriteHistory;
}

/** The shortest wait there is, in ms: Redis takes 0 for a wait without end. */
const NO_WAIT_MS = 1;

/**
 * Waits, at one master and for one durability, for everything that was written before. A wait holds its
 * connection up, so it has one of its own; and because another durability may be out of reach, so has
 * each of them. Whoever comes while a wait is under way joins the next one.
 */
export class WaitLane {
  private readonly redis: Redis;
  private readonly durability: Durability;
  private readonly timeoutMs: number;
  private supported = false;
  private leaving = false;
  private current: Promise<unknown> = Promise.resolve();
  private next: Promise<WaitAnswer> | undefined;

  /**
   * @param redis a connection of its own; it is opened now, and closed by `close`
   * @param timeoutMs no wait takes longer
   */
  constructor(redis: Redis, durability: Durability, timeoutMs: number) {
    this.redis = redis;
    this.durability = durability;
    this.timeoutMs = timeoutMs;
    connectInBackground(redis);
  }

  /**
   * Makes sure that the server can wait for that.
   * @throws UnsupportedDurabilityError when it cannot, or not for us
   * @throws StoreUnavailableError when it cannot be asked now
   */
  async check(): Promise<void> {
    if (this.supported) return;
    const { refusal } = await this.ask(0, NO_WAIT_MS);
    if (refusal !== null) throw new UnsupportedDurabilityError(this.durability, refusal.message);
    this.supported = true;
  }

  /**
   * Waits for what was written before now.
   * @throws StoreUnavailableError when no master answers
   */
  join(): Promise<WaitAnswer> {
    this.next ??= this.current.then(() => this.begin());
    return this.next;
  }

  /** Leaves the server for the one that the connection is led to now. */
  connectAnew(): void {
    if (this.leaving || this.redis.status !== 'ready') return;
    this.leaving = true;
    this.redis.once('close', () => {
      this.leaving = false;
    });
    this.redis.disconnect(true);
  }

  close(): void {
    closeConnection(this.redis);
  }

  private begin(): Promise<WaitAnswer> {
    this.next = undefined;
    const answer = this.wait();
    // Those who wait have its failure.
    this.current = answer.catch(() => undefined);
    return answer;
  }

  private async wait(): Promise<WaitAnswer> {
    const needed = replicasOf(this.durability) ?? 1;
    const { confirmed, refusal, history } = await this.ask(needed, this.timeoutMs);
    return { reached: refusal === null && confirmed >= needed, history };
  }

  /**
   * Redis waits for what its client has written, and takes every command for a write of all that was
   * written by anyone before: so a PING goes first.
   */
  private async ask(replicas: number, ms: number) {
    const trip = this.redis.pipeline().ping();
    const isFsync = this.durability === 'fsync';
    const waiting = isFsync ? trip.call('WAITAOF', 1, 0, ms) : trip.wait(replicas, ms);
    const results = (await answered(waiting.info('replication').exec())) ?? [];
    const [, [waitError = null, reply] = [], [infoError = null, info] = []] = results;
    for (const error of [waitError, infoError]) {
      if (error !== null && !(error instanceof ReplyError)) throw new StoreUnavailableError(error);
    }
    const history = infoError === null ? historyOf(String(info)) : undefined;
    if (infoError === null && history === undefined) {
      this.connectAnew();
      throw new StoreUnavailableError('the server is no master');
    }
    // WAIT replies with a number; WAITAOF with two, of which the first is about the master's own disk.
    const [confirmed] = [reply].flat();
    return { confirmed: Number(confirmed), refusal: waitError ?? infoError, history };
  }
}
