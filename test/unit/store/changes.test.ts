import { expect } from 'chai';
import { ReplyError } from 'ioredis';
import type { Durability } from '../../../src/domain/durability.ts';
import {
  MessageError,
  NotDurableError,
  StoreUnavailableError,
} from '../../../src/domain/errors.ts';
import { Changes } from '../../../src/store/changes.ts';
import type { Route } from '../../../src/store/connections/connections.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const TIMEOUT_MS = 1000;

/** A route; of its parts only the identity of its link counts here. */
const newRoute = () => ({ link: {} }) as Route;

const lost = () => new StoreUnavailableError(new Error('Connection is closed.'));
const refused = () => new StoreUnavailableError(new ReplyError('LOADING not yet'));

describe('store: changes', () => {
  let clock: FakeClock;
  let route: Route | undefined;
  /** What the next tries come to; the last stays. */
  let tries: (() => Promise<string>)[];
  let tried: number;
  let waits: (() => Promise<boolean>)[];
  let waited: Route[];

  beforeEach(() => {
    clock = new FakeClock();
    route = newRoute();
    tries = [async () => 'done'];
    tried = 0;
    waits = [async () => true];
    waited = [];
  });

  function next<T>(list: (() => Promise<T>)[]): Promise<T> {
    const [first] = list;
    if (first === undefined) throw new Error('nothing left');
    if (list.length > 1) list.shift();
    return first();
  }

  /** Makes a change; what it comes to, an error included, and after how many ms. */
  async function make(
    durability: Durability,
    forMs = 0,
    timeoutMs = TIMEOUT_MS,
  ): Promise<[outcome: unknown, ms: number]> {
    const changes = new Changes({
      connections: { route: () => route },
      waits: {
        reached: (way) => {
          waited.push(way);
          return next(waits);
        },
      },
      timeoutMs,
      clock,
    });
    const act = () => {
      tried += 1;
      return next(tries);
    };
    let ended: [unknown, number] | undefined;
    const end = (outcome: unknown) => {
      ended = [outcome, clock.now()];
    };
    void changes.make({ partition: 0, durability }, act).then(end, end);
    await settle();
    await clock.advance(forMs);
    return ended ?? ['not yet', clock.now()];
  }

  it('is made once, and waits for nothing where memory is enough', async () => {
    expect(await make('memory')).to.deep.equal(['done', 0]);
    expect([tried, waited.length, clock.pending()]).to.deep.equal([1, 0, 0]);
  });

  it('waits on the route that it was sent on', async () => {
    expect(await make('replica:1')).to.deep.equal(['done', 0]);
    expect(waited).to.deep.equal([route]);
    expect(clock.pending()).to.equal(0);
  });

  for (const [what, error] of [
    ['by Redis', refused()],
    ['for its state', new MessageError('message-exists', 'a')],
    ['by a fault of ours', new TypeError('a fault')],
  ] as const) {
    it(`refused ${what}, is not repeated`, async () => {
      tries = [() => Promise.reject(error)];
      expect(await make('replica:1', TIMEOUT_MS)).to.deep.equal([error, 0]);
      expect(tried).to.equal(1);
    });
  }

  it('that could not be sent is not repeated', async () => {
    const error = lost();
    route = undefined;
    tries = [() => Promise.reject(error)];
    expect(await make('memory', TIMEOUT_MS)).to.deep.equal([error, 0]);
    expect(tried).to.equal(1);
  });

  it('whose reply was lost is repeated once there is a way again, whatever Redis says meanwhile', async () => {
    tries = [
      () => {
        route = undefined;
        return Promise.reject(lost());
      },
      () => Promise.reject(refused()),
      async () => 'done',
    ];
    expect(await make('memory', TIMEOUT_MS / 2)).to.deep.equal(['not yet', TIMEOUT_MS / 2]);
    expect(tried).to.equal(1);
  });

  it('whose reply was lost is answered when a repeat is', async () => {
    tries = [() => Promise.reject(lost()), () => Promise.reject(refused()), async () => 'done'];
    const [outcome, ms] = await make('memory', TIMEOUT_MS);
    expect(outcome).to.equal('done');
    expect([tried, ms < TIMEOUT_MS]).to.deep.equal([3, true]);
  });

  it('whose reply never comes ends at the deadline with its first failure, and leaves no timer', async () => {
    const error = lost();
    tries = [() => Promise.reject(error), () => new Promise(() => undefined)];
    expect(await make('memory', 10 * TIMEOUT_MS)).to.deep.equal([error, TIMEOUT_MS]);
    expect([tried, clock.pending()]).to.deep.equal([2, 0]);
  });

  it('is not repeated when the record of its first try may have gone', async () => {
    tries = [
      () => {
        route = undefined;
        return Promise.reject(lost());
      },
    ];
    const [outcome, ms] = await make('memory', 60_000, 60_000);
    expect(outcome).to.be.instanceOf(StoreUnavailableError);
    expect(ms).to.be.below(10_000);
    expect(tried).to.equal(1);
  });

  it('is repeated, not waited for, when the way to its master changed meanwhile', async () => {
    tries = [
      () => {
        route = newRoute();
        return Promise.resolve('on the old master');
      },
      async () => 'on the new one',
    ];
    const [outcome] = await make('fsync', TIMEOUT_MS);
    expect(outcome).to.equal('on the new one');
    expect(waited).to.deep.equal([route]);
  });

  for (const [what, failing] of [
    ['does not count', async () => false],
    ['is broken off', () => Promise.reject(lost())],
  ] as const) {
    it(`is repeated when the wait ${what}`, async () => {
      waits = [failing, async () => true];
      expect((await make('replica:2', TIMEOUT_MS))[0]).to.equal('done');
      expect([tried, waited.length]).to.deep.equal([2, 2]);
    });
  }

  it('that is not safe at the deadline has failed, and says what was not reached', async () => {
    waits = [() => new Promise(() => undefined)];
    const [outcome, ms] = await make('replica:2', 10 * TIMEOUT_MS);
    expect(outcome).to.be.instanceOf(NotDurableError).and.include({ durability: 'replica:2' });
    expect([tried, ms, clock.pending()]).to.deep.equal([1, TIMEOUT_MS, 0]);
  });

  it('that was made and then lost its master has failed as not durable', async () => {
    waits = [async () => false];
    tries = [async () => 'done', () => Promise.reject(refused())];
    const [outcome] = await make('replica:1', 10 * TIMEOUT_MS);
    expect(outcome).to.be.instanceOf(NotDurableError);
  });
});
