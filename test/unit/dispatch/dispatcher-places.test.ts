import { expect } from 'chai';
import type { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { settle } from '../../support/fake-clock.ts';
import { FakeStore, names } from './fake-store.ts';

describe('dispatch: places at receivers', () => {
  let store: FakeStore;
  let dispatcher: Dispatcher;

  async function begin(over: ConstructorParameters<typeof FakeStore>[0] = {}): Promise<void> {
    store = new FakeStore({ answer: 'at once', placesEach: 2, ...over });
    dispatcher = store.dispatcher();
    await dispatcher.start();
  }

  /** Has messages fall due; how many claims that leads to is up to the dispatcher. */
  async function fallDue(partition: number, ...ids: string[]): Promise<void> {
    store.addDue(partition, ...ids);
    dispatcher.wake(partition);
    await settle();
  }

  const underWay = () => store.attemptsUnderWay().map(({ id }) => id);

  afterEach(async () => {
    const stopped = dispatcher.stop();
    while (store.claimsUnderWay().length > 0) await store.answerClaim();
    await store.finishAttempts();
    await stopped;
    expect(store.clock.pending(), 'timers left').to.equal(0);
  });

  it('one receiver has no more attempts than places, and the others have theirs', async () => {
    await begin();
    await fallDue(0, ...names('slow/', 9), 'well/a', 'well/b');
    expect(underWay()).to.deep.equal(['slow/0', 'slow/1', 'well/a', 'well/b']);
  });

  it('what had no place is claimed by id as soon as there is one, and by nobody before', async () => {
    await begin();
    await fallDue(0, ...names('slow/', 5));
    const before = store.claims.length;
    await store.finishAttempts(1);
    expect(store.claims.slice(before).map(({ terms }) => terms?.ids)).to.deep.equal([['slow/2']]);
    await store.finishAttempts(2);
    expect(underWay()).to.deep.equal(['slow/3', 'slow/4']);
    await store.finishAttempts();
    expect(store.attempted()).to.deep.equal(names('slow/', 5));
    expect(store.isEmpty()).to.equal(true);
  });

  it('is so when the place became free while the claim was under way that deferred it', async () => {
    await begin({ placesEach: 1, answer: undefined });
    store.addDue(0, 'slow/a');
    dispatcher.wake(0);
    await store.answerClaim();
    store.addDue(0, 'slow/b');
    dispatcher.wake(0);
    await settle();
    await store.finishAttempts();
    expect(store.claimsUnderWay()).to.have.length(1);
    await store.answerClaim();
    expect(store.claimsUnderWay()[0]?.terms?.ids).to.deep.equal(['slow/b']);
    await store.answerClaim();
    expect(underWay()).to.deep.equal(['slow/b']);
  });

  it('goes from partition to partition for what waits', async () => {
    const partitions = [0, 1, 2];
    await begin({ partitions, placesEach: 3, claimsAtOnce: 3 });
    for (const partition of partitions) await fallDue(partition, ...names(`slow/${partition}`, 3));
    while (store.attemptsUnderWay().length > 0) {
      expect(underWay().length).to.be.at.most(3);
      await store.finishAttempts(1);
      await settle();
    }
    expect(store.attempted()).to.have.length(9);
    expect(store.isEmpty()).to.equal(true);
  });

  it('claims on four partitions at once take no more than there are places', async () => {
    const partitions = [0, 1, 2, 3];
    await begin({ partitions, placesEach: 4, claimsAtOnce: 4, answer: undefined });
    for (const partition of partitions) store.addDue(partition, ...names(`slow/${partition}`, 4));
    dispatcher.wakeAll();
    while (store.claimsUnderWay().length > 0) await store.answerClaim();
    expect(underWay()).to.have.length(4);
    expect(store.putOff).to.deep.equal([]);
  });

  it('what is claimed beyond the places all the same is given back untried', async () => {
    await begin({ partitions: [0, 1], placesEach: 1, answer: undefined });
    store.addDue(0, 'slow/a');
    dispatcher.wake(0);
    await store.loseAnswer();
    store.addDue(1, 'slow/b');
    dispatcher.wake(1);
    await store.answerClaim();
    expect(underWay()).to.deep.equal(['slow/b']);
    await store.clock.advance(100);
    await store.answerClaim();
    expect(store.putOff).to.deep.equal(['slow/a']);
    expect(underWay()).to.deep.equal(['slow/b']);
  });

  it('gives back at once what it claimed while stopping, places or not', async () => {
    await begin({ placesEach: 1, answer: undefined });
    store.addDue(0, 'slow/a');
    dispatcher.wake(0);
    await store.answerClaim();
    store.addDue(0, 'slow/b', 'slow/c');
    dispatcher.wake(0);
    const stopped = dispatcher.stop();
    while (store.claimsUnderWay().length > 0) await store.answerClaim();
    await store.finishAttempts();
    await stopped;
    expect(store.putOff).to.deep.equal([]);
  });

  it('says that it is behind as long as claims leave something due', async () => {
    await begin({ answer: undefined, concurrency: 1000, placesEach: 1000 });
    store.addDue(0, ...names('a', 101));
    dispatcher.wake(0);
    await store.answerClaim();
    expect(dispatcher.isSaturated()).to.equal(true);
    await store.answerClaim();
    expect(dispatcher.isSaturated()).to.equal(false);
  });

  it('takes at most half of a claim by id while more is due than claims take', async () => {
    await begin({ placesEach: 4, concurrency: 6 });
    await fallDue(0, ...names('slow/', 9));
    expect(underWay()).to.have.length(4);
    await fallDue(0, ...names('other/', 2), ...names('third/', 9));
    await store.finishAttempts(4);
    const byId = store.claims.map(({ limit, terms }) => [limit, terms?.ids.length ?? 0]);
    for (const [limit = 0, ids = 0] of byId.slice(-2)) expect(ids).to.be.at.most(limit);
    while (store.attemptsUnderWay().length > 0) await store.finishAttempts(1);
    expect(store.attempted()).to.have.length(20);
  });

  describe('whose breaker opens', () => {
    const ILL = { kind: 'unreachable', error: 'ECONNREFUSED' } as const;

    /** Wakes for what was deferred until now, as the due timer does. */
    async function later(ms: number): Promise<void> {
      await store.clock.advance(ms);
      for (const partition of store.deferralsOver()) dispatcher.wake(partition);
      await settle();
    }

    it('get nothing any more, then a probe, and all that waits when that succeeds', async () => {
      await begin({ threshold: 3 });
      await fallDue(0, ...names('slow/', 9), 'well/a');
      await store.finishAttempts(2, ILL);
      expect(underWay()).to.deep.equal(['well/a', 'slow/2', 'slow/3']);
      await store.finishAttempts(3, ILL);
      // Failed attempts come back in their own time: here they do not.
      expect([underWay(), store.attempts.length]).to.deep.equal([[], 5]);
      await later(1500);
      expect(underWay()).to.deep.equal(['slow/4']);
      await later(5000);
      expect(underWay()).to.deep.equal(['slow/4']);
      await store.finishAttempts(1, ILL);
      expect(underWay()).to.deep.equal([]);
      await later(1500);
      expect(underWay()).to.have.length(1);
      await store.finishAttempts(1);
      expect(underWay()).to.have.length(2);
      while (store.attemptsUnderWay().length > 0) await store.finishAttempts();
      expect(store.isEmpty()).to.equal(true);
    });

    it('have what was claimed for them at that moment given back untried', async () => {
      await begin({ threshold: 1, placesEach: 3, answer: undefined });
      store.addDue(0, 'slow/a');
      dispatcher.wake(0);
      await store.answerClaim();
      store.addDue(0, 'slow/b');
      dispatcher.wake(0);
      await settle();
      await store.finishAttempts(1, ILL);
      while (store.claimsUnderWay().length > 0) await store.answerClaim();
      expect([underWay(), store.putOff]).to.deep.equal([[], ['slow/b']]);
      await store.clock.advance(510);
      dispatcher.wake(0);
      await store.answerClaim();
      expect(underWay()).to.deep.equal(['slow/b']);
    });
  });
});
