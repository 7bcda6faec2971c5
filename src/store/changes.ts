import type { Durability } from '../domain/durability.ts';
import { NotDurableError, StoreUnavailableError } from '../domain/errors.ts';
import { type Clock, pause } from '../runtime/clock.ts';
import type { Connections, Route } from './connections/connections.ts';
import type { Waits } from './durability/waits.ts';
import { isInDoubt } from './errors.ts';

/** How long the record of a call is kept, by which a repeat is answered like the first time, in ms. */
export const REPEATABLE_MS = 10_000;

/** So long after its first try a change may be made again, in ms: until then that try’s record is there for sure. */
const REPEAT_WITHIN_MS = REPEATABLE_MS - 1000;

/** Between two tries of a change that may have been made, in ms. */
const RETRY_MS = 25;

export interface ChangesOptions {
  readonly connections: Pick<Connections, 'route'>;
  readonly waits: Pick<Waits, 'reached'>;
  /** A change that is not known to be made by then, in ms, has failed. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Where a change is made, and how safe it has to be. */
export interface ChangeTarget {
  readonly partition: number;
  readonly durability: Durability;
}

/**
 * Makes the changes that callers are told of. One whose reply was lost, or whose master was replaced before
 * it was safe, is repeated while there is time; what is known not to have been done is not.
 */
export class Changes {
  private readonly options: ChangesOptions;

  constructor(options: ChangesOptions) {
    this.options = options;
  }

  /**
   * @param act makes the change; repeated, it answers as before and changes nothing more
   * @returns what `act` does, once it is as safe as asked
   * @throws NotDurableError when it was made, but is not known to be safe in time
   * @throws StoreUnavailableError when Redis does not answer in time
   */
  async make<T>({ partition, durability }: ChangeTarget, act: () => Promise<T>): Promise<T> {
    const { connections, clock, timeoutMs } = this.options;
    const deadline = clock.now() + timeoutMs;
    const repeatUntil = clock.now() + Math.min(timeoutMs, REPEAT_WITHIN_MS);
    let failure: NotDurableError | StoreUnavailableError | undefined;
    do {
      const route = connections.route(partition);
      try {
        const result = await (failure === undefined ? act() : this.within(deadline, act()));
        if (await this.isSafe(route, { partition, durability }, deadline)) return result;
        failure = new NotDurableError(durability);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        const mayBeMade = failure !== undefined || (route !== undefined && isInDoubt(error));
        if (!mayBeMade) throw error;
        failure ??= error;
      }
      await this.reconnected(partition, repeatUntil);
    } while (clock.now() < repeatUntil);
    throw failure;
  }

  /** @param route the one that the change was sent on, if it is still the one */
  private async isSafe(
    route: Route | undefined,
    { partition, durability }: ChangeTarget,
    deadline: number,
  ): Promise<boolean> {
    if (durability === 'memory') return true;
    const { connections, waits } = this.options;
    if (route === undefined || connections.route(partition)?.link !== route.link) return false;
    try {
      return await this.within(deadline, waits.reached(route, durability));
    } catch (error) {
      if (error instanceof StoreUnavailableError) return false;
      throw error;
    }
  }

  /** Waits a moment and, if need be, until there is a way again or it is too late. */
  private async reconnected(partition: number, until: number): Promise<void> {
    const { connections, clock } = this.options;
    do {
      await pause(clock, Math.min(RETRY_MS, Math.max(0, until - clock.now())));
    } while (connections.route(partition) === undefined && clock.now() < until);
  }

  /** @throws StoreUnavailableError at the deadline */
  private within<T>(deadline: number, promise: Promise<T>): Promise<T> {
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new StoreUnavailableError('no answer in time'));
      const timer = clock.after(Math.max(0, deadline - clock.now()), giveUp);
      promise.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}
