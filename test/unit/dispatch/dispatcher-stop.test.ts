import { expect } from 'chai';
import type { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { settle } from '../../support/fake-clock.ts';
import { LEVEL } from '../support/log.ts';
import { FakeStore } from './fake-store.ts';

describe('dispatch: stopping the dispatcher', () => {
  let store: FakeStore;
  let dispatcher: Dispatcher;
  let stopped: boolean;

  const stop = async () => {
    stopped = false;
    const done = dispatcher.stop().then(() => {
      stopped = true;
    });
    await settle();
    return { done };
  };

  /** Two attempts in flight, `c` still due. */
  beforeEach(async () => {
    store = new FakeStore({ concurrency: 2, drainTimeoutMs: 1000 });
    dispatcher = store.dispatcher();
    await dispatcher.start();
    store.addDue(0, 'a', 'b', 'c');
    dispatcher.wake(0);
    await store.answerClaim();
  });
  afterEach(() => {
    expect(store.clock.pending(), 'timers left').to.equal(0);
  });

  it('waits for what is in flight and claims no more', async () => {
    const { done } = await stop();
    await store.finishAttempts(1);
    dispatcher.wake(0);
    await store.clock.advance(999);
    expect(stopped).to.equal(false);
    expect(store.drained).to.equal(0);
    await store.finishAttempts();
    await done;
    expect(store.claims).to.have.length(1);
    expect(store.givenBack).to.deep.equal([]);
    expect(store.drained).to.equal(1);
    expect(store.entries.filter(({ level }) => level >= LEVEL.warn)).to.deep.equal([]);
  });

  it('has what is left given back at the deadline, and says so', async () => {
    const { done } = await stop();
    await store.finishAttempts(1);
    await store.clock.advance(1000);
    await done;
    expect(store.attempts.at(-1)?.signal.aborted).to.equal(true);
    expect(store.givenBack).to.deep.equal(['b']);
    expect(store.entries.map(({ inFlight }) => inFlight)).to.deep.equal([1]);
  });

  it('waits for a claim under way, and gives the messages it still took back at once', async () => {
    await store.finishAttempts();
    expect(store.claimsUnderWay()).to.have.length(1);
    const { done } = await stop();
    expect(stopped).to.equal(false);
    await store.answerClaim();
    await done;
    expect(store.givenBack).to.deep.equal(['c']);
    expect(store.clock.now()).to.equal(0);
  });

  it('does not repeat a claim that is not answered', async () => {
    await store.finishAttempts();
    const { done } = await stop();
    await store.loseAnswer();
    await done;
    await store.clock.advance(1000);
    expect(store.claims).to.have.length(2);
  });

  it('lets go of a claim that waits to be repeated', async () => {
    await store.finishAttempts();
    await store.loseAnswer();
    const { done } = await stop();
    await done;
    await store.clock.advance(1000);
    expect(store.claims).to.have.length(2);
  });

  it('gives back at once what had been taken and waited for room', async () => {
    store = new FakeStore({ concurrency: 2, partitions: [0, 1] });
    dispatcher = store.dispatcher();
    await dispatcher.start();
    store.addDue(0, 'a', 'b');
    dispatcher.wake(0);
    await store.loseAnswer();
    store.addDue(1, 'c');
    dispatcher.wake(1);
    await store.answerClaim();
    await store.clock.advance(100);
    await store.answerClaim();
    expect(store.attemptsUnderWay().map(({ id }) => id)).to.deep.equal(['c', 'a']);
    const { done } = await stop();
    expect(store.givenBack).to.deep.equal(['b']);
    await store.finishAttempts();
    await done;
  });

  it('calls drained only when the last attempt has settled', async () => {
    const { done } = await stop();
    await store.clock.advance(1000);
    await done;
    expect(store.drained).to.equal(1);
    expect(store.attemptsUnderWay()).to.have.length(0);
  });

  it('is idempotent', async () => {
    await store.finishAttempts();
    await store.answerClaim();
    await store.finishAttempts();
    await Promise.all([dispatcher.stop(), dispatcher.stop()]);
    await dispatcher.stop();
    expect(store.drained).to.equal(1);
  });

  it('starts again with fresh signals, and claims what it was woken for meanwhile', async () => {
    const { done } = await stop();
    await store.clock.advance(1000);
    await done;
    dispatcher.wake(0);
    await settle();
    expect(store.claims).to.have.length(1);
    await dispatcher.start();
    await store.answerClaim();
    expect(store.attemptsUnderWay().map(({ id, signal }) => [id, signal.aborted])).to.deep.equal([
      ['c', false],
    ]);
    await store.finishAttempts();
    await dispatcher.stop();
  });
});
