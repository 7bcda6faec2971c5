import { expect } from 'chai';
import type { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { settle } from '../../support/fake-clock.ts';
import { FakeStore, names } from './fake-store.ts';

describe('dispatch: dispatcher', () => {
  let store: FakeStore;
  let dispatcher: Dispatcher;

  async function begin(over: ConstructorParameters<typeof FakeStore>[0] = {}): Promise<void> {
    store = new FakeStore(over);
    dispatcher = store.dispatcher();
    await dispatcher.start();
  }

  afterEach(async () => {
    while (store.claimsUnderWay().length > 0) await store.answerClaim();
    await store.finishAttempts();
    const stopped = dispatcher.stop();
    while (store.claimsUnderWay().length > 0) await store.answerClaim();
    await store.finishAttempts();
    await stopped;
    expect(store.clock.pending(), 'timers left').to.equal(0);
  });

  it('claims nothing until it is woken', async () => {
    await begin();
    store.addDue(0, 'a');
    await settle();
    expect(store.claims).to.have.length(0);
  });

  it('remembers a wake from before its start', async () => {
    store = new FakeStore({ answer: 'at once' });
    dispatcher = store.dispatcher();
    store.addDue(0, 'a');
    dispatcher.wake(0);
    await settle();
    expect(store.claims).to.have.length(0);
    await dispatcher.start();
    await settle();
    expect(store.attempted()).to.deep.equal(['a']);
  });

  it('attempts what a claim took, all at once', async () => {
    await begin();
    store.addDue(0, 'a', 'b');
    dispatcher.wake(0);
    await store.answerClaim();
    expect(store.attemptsUnderWay().map(({ id }) => id)).to.deep.equal(['a', 'b']);
  });

  it('has never more in flight than its concurrency, what it has reserved included', async () => {
    await begin({ concurrency: 3, partitions: [0, 1] });
    store.addDue(0, 'a');
    store.addDue(1, ...names('b', 5));
    dispatcher.wakeAll();
    // All room is reserved for the first claim: the other partition has to wait for its answer.
    expect(store.claims.map(({ limit }) => limit)).to.deep.equal([3]);
    await store.answerClaim();
    expect(store.claims.map(({ limit }) => limit)).to.deep.equal([3, 2]);
    await store.answerClaim();
    expect(store.attemptsUnderWay()).to.have.length(3);
    expect(store.claims).to.have.length(2);
    await store.finishAttempts(1);
    expect(store.claims.at(-1)).to.include({ partition: 1, limit: 1 });
    await store.answerClaim();
    expect(store.attemptsUnderWay()).to.have.length(3);
  });

  it('says whether it has room', async () => {
    await begin({ concurrency: 2, answer: 'at once' });
    store.addDue(0, 'a', 'b');
    expect(dispatcher.isSaturated()).to.equal(false);
    dispatcher.wake(0);
    await settle();
    expect(dispatcher.isSaturated()).to.equal(true);
    await store.finishAttempts(1);
    expect(dispatcher.isSaturated()).to.equal(false);
  });

  it('keeps claiming while more is due, from one single wake', async () => {
    await begin({ concurrency: 4, answer: 'at once' });
    store.addDue(0, ...names('a', 25));
    dispatcher.wake(0);
    for (let rounds = 0; rounds < 10; rounds += 1) {
      await settle();
      await store.finishAttempts();
    }
    expect(store.attempted()).to.deep.equal(names('a', 25));
  });

  it('takes at most 100 messages with one claim', async () => {
    await begin({ concurrency: 1000 });
    store.addDue(0, ...names('a', 150));
    dispatcher.wake(0);
    expect(store.claims.map(({ limit }) => limit)).to.deep.equal([100]);
    await store.answerClaim();
    expect(store.claims.map(({ limit }) => limit)).to.deep.equal([100, 100]);
    await store.answerClaim();
    expect(store.attempts).to.have.length(150);
  });

  it('a flood of wakes during a claim makes one more claim', async () => {
    await begin();
    dispatcher.wake(0);
    for (let i = 0; i < 1000; i += 1) dispatcher.wake(0);
    await settle();
    expect(store.claims).to.have.length(1);
    await store.answerClaim();
    expect(store.claims).to.have.length(2);
    await store.answerClaim();
    expect(store.claims).to.have.length(2);
  });

  it('never claims from one partition twice at once', async () => {
    await begin({ partitions: [0, 1] });
    dispatcher.wake(0);
    dispatcher.wake(0);
    expect(store.claimsUnderWay().map(({ partition }) => partition)).to.deep.equal([0]);
  });

  it('has at most 4 claims under way', async () => {
    const partitions = [0, 1, 2, 3, 4, 5, 6];
    await begin({ partitions, concurrency: 1000 });
    dispatcher.wakeAll();
    const underWay = () => store.claimsUnderWay().map(({ partition }) => partition);
    expect(underWay()).to.deep.equal([0, 1, 2, 3]);
    await store.answerClaim();
    expect(underWay()).to.deep.equal([1, 2, 3, 4]);
    await store.answerClaim();
    await store.answerClaim();
    await store.answerClaim();
    await store.answerClaim();
    expect(underWay()).to.deep.equal([5, 6]);
  });

  it('is fair: a partition with a backlog goes behind those that were woken meanwhile', async () => {
    await begin({ partitions: [0, 1, 2], concurrency: 2, answer: 'at once' });
    store.addDue(0, ...names('a', 6));
    store.addDue(1, ...names('b', 4));
    store.addDue(2, 'c0');
    dispatcher.wakeAll();
    for (let rounds = 0; rounds < 10; rounds += 1) {
      await settle();
      await store.finishAttempts(1);
    }
    const order = store.claims.map(({ partition }) => partition).slice(0, 6);
    expect(order).to.deep.equal([0, 1, 2, 0, 1, 0]);
    expect(store.attempted().slice(0, 4)).to.deep.equal(['a0', 'a1', 'b0', 'c0']);
  });

  it('a claim that throws is logged and does not stop the pump', async () => {
    await begin({ concurrency: 2, partitions: [0, 1] });
    store.addDue(0, 'a');
    store.addDue(1, 'b');
    dispatcher.wakeAll();
    await store.answerClaim(new Error('a bug in a script'));
    expect(store.errors()).to.have.length(1);
    expect(store.claims).to.have.length(2);
    await store.answerClaim();
    expect(store.attempted()).to.deep.equal(['b']);
    dispatcher.wake(0);
    await store.answerClaim();
    expect(store.attempted()).to.deep.equal(['b', 'a']);
  });

  it('repeats a claim that was not answered after 100 ms', async () => {
    await begin();
    store.addDue(0, 'a');
    dispatcher.wake(0);
    await store.loseAnswer();
    await store.clock.advance(99);
    expect(store.claims).to.have.length(1);
    await store.clock.advance(1);
    await store.loseAnswer();
    await store.clock.advance(100);
    await store.answerClaim();
    expect(store.attempted()).to.deep.equal(['a']);
    await store.clock.advance(1000);
    expect(store.claims).to.have.length(3);
  });

  it('partitions that do not answer take neither room nor turns from the others', async () => {
    const away = [0, 1, 2, 3, 4, 5];
    const underWay = () => store.claimsUnderWay().map(({ partition }) => partition);
    await begin({ partitions: [...away, 6, 7], concurrency: 3 });
    for (const partition of away) dispatcher.wake(partition);
    for (const _ of away) await store.loseAnswer();
    await store.clock.advance(100);
    // One of them is asked again and says nothing for long; the rest of them wait for their turn.
    expect(underWay()).to.deep.equal([0]);
    store.addDue(6, 'a', 'b');
    dispatcher.wake(6);
    expect(underWay()).to.deep.equal([0, 6]);
    expect(store.claims.at(-1)).to.include({ partition: 6, limit: 2 });
  });

  it('a claim that takes long keeps neither room nor a turn; what it takes begins when there is room', async () => {
    const slow = [0, 1, 2, 3, 4, 5];
    await begin({ partitions: [...slow, 6], concurrency: 3, placesEach: 3 });
    for (const partition of slow) {
      store.addDue(partition, ...names(`slow/${partition}`, 1));
      dispatcher.wake(partition);
    }
    store.addDue(6, ...names('well/a', 3));
    dispatcher.wake(6);
    // The first has reserved all the room there is.
    const claimed = () => store.claims.map(({ partition, limit }) => [partition, limit]);
    expect(claimed()).to.deep.equal([[0, 3]]);
    await store.clock.advance(100 * slow.length);
    expect(claimed()).to.deep.equal([...slow, 6].map((partition) => [partition, 3]));
    const open = store.claimsUnderWay();
    open.at(-1)?.end.resolve(true);
    await settle();
    expect(store.attempted()).to.deep.equal(['well/a0', 'well/a1', 'well/a2']);
    // Their master is back.
    for (const _ of slow) await store.answerClaim();
    expect(store.attempted()).to.have.length(3);
    await store.finishAttempts(3);
    expect(store.attempted().slice(3)).to.deep.equal(['slow/00', 'slow/10', 'slow/20']);
  });

  it('begins no more than it has room for, when a repeated claim gives what it took before', async () => {
    await begin({ partitions: [0, 1], concurrency: 4 });
    store.addDue(0, ...names('a', 4));
    dispatcher.wake(0);
    await store.loseAnswer();
    store.addDue(1, ...names('b', 3));
    dispatcher.wake(1);
    await store.answerClaim();
    await store.clock.advance(100);
    expect(store.claims.at(-1)).to.include({ partition: 0, limit: 1 });
    await store.answerClaim();
    expect(store.attempted()).to.deep.equal(['b0', 'b1', 'b2', 'a0']);
    await store.finishAttempts(2);
    expect(store.attempted().slice(4)).to.deep.equal(['a1', 'a2']);
    await store.finishAttempts();
    expect(store.attempted().slice(6)).to.deep.equal(['a3']);
  });

  it('an attempt that throws is logged and gives its room back', async () => {
    await begin({ concurrency: 1, answer: 'at once' });
    store.addDue(0, 'a', 'b');
    dispatcher.wake(0);
    await settle();
    await store.finishAttempts(1, new Error('a bug'));
    expect(store.errors().map(({ id }) => id)).to.deep.equal(['a']);
    expect(store.attempted()).to.deep.equal(['a', 'b']);
  });
});
