import { expect } from 'chai';
import type { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { settle } from '../../support/fake-clock.ts';
import { deferred } from '../support/deferred.ts';
import { FakeStore, names } from './fake-store.ts';

describe('dispatch: what is not settled yet', () => {
  let store: FakeStore;
  let dispatcher: Dispatcher;

  async function begin(concurrency: number): Promise<void> {
    store = new FakeStore({ answer: 'at once', concurrency });
    store.settling = deferred();
    dispatcher = store.dispatcher();
    await dispatcher.start();
    store.addDue(0, ...names('a', 9));
    dispatcher.wake(0);
    await settle();
  }

  /** Settles what is over, and from now on whatever ends, at once. */
  async function settleAll(): Promise<void> {
    store.settling?.resolve();
    store.settling = undefined;
    await settle();
  }

  afterEach(async () => {
    const stopped = dispatcher.stop();
    await settleAll();
    await store.finishAttempts();
    await stopped;
    expect(store.clock.pending(), 'timers left').to.equal(0);
  });

  it('has given its place to the next', async () => {
    await begin(2);
    expect(store.attempted()).to.deep.equal(['a0', 'a1']);
    await store.finishAttempts();
    expect(store.attempted()).to.deep.equal(['a0', 'a1', 'a2', 'a3']);
    expect(dispatcher.inFlightCount()).to.equal(2);
  });

  it('is never more than twice the places, until it is settled', async () => {
    await begin(2);
    await store.finishAttempts();
    await store.finishAttempts();
    expect(store.attempted()).to.have.length(4);
    await settleAll();
    expect(store.attempted()).to.have.length(6);
  });

  it('is waited for by a stop', async () => {
    await begin(2);
    await store.finishAttempts(1);
    let stopped = false;
    const stop = dispatcher.stop().then(() => {
      stopped = true;
    });
    await store.finishAttempts();
    expect([stopped, store.drained]).to.deep.equal([false, 0]);
    await settleAll();
    await stop;
    expect(store.drained).to.equal(1);
  });

  it('is logged when settling breaks, and holds nobody up', async () => {
    await begin(1);
    const { settling } = store;
    await store.finishAttempts();
    store.settling = undefined;
    settling?.reject(new Error('a bug'));
    await settle();
    expect(store.errors().map(({ id }) => id)).to.deep.equal(['a0']);
    await store.finishAttempts();
    expect(store.attempted()).to.deep.equal(['a0', 'a1', 'a2']);
  });
});
