import { expect } from 'chai';
import fc from 'fast-check';
import type { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { settle } from '../../support/fake-clock.ts';
import { FakeStore, names } from './fake-store.ts';

const PARTITIONS = [0, 1, 2, 3, 4, 5];

/** One thing that happens; it may go on only when its promises have settled. */
type Step = (store: FakeStore, dispatcher: Dispatcher) => Promise<void> | void;

let serial = 0;
const someOf = (max: number) => fc.integer({ min: 1, max });
const partitions = fc.constantFrom(...PARTITIONS);

const fallDue = fc.tuple(partitions, someOf(12)).map(
  ([partition, count]): Step =>
    (store) =>
      store.addDue(partition, ...names(`m${serial++}-`, count)),
);
const wake = partitions.map(
  (partition): Step =>
    (_store, dispatcher) =>
      dispatcher.wake(partition),
);
const answer = fc.constant<Step>((store) => store.answerClaim());
const refuse = fc.constant<Step>((store) => store.answerClaim(new Error('refused')));
const lose = fc.constant<Step>((store) => store.loseAnswer());
const later = someOf(200).map(
  (ms): Step =>
    (store) =>
      store.clock.advance(ms),
);
const finish = someOf(4).map(
  (count): Step =>
    (store) =>
      store.finishAttempts(count),
);

const run = fc.record({
  concurrency: someOf(20),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fallDue },
      { weight: 2, arbitrary: wake },
      { weight: 4, arbitrary: answer },
      { weight: 1, arbitrary: refuse },
      { weight: 1, arbitrary: lose },
      { weight: 1, arbitrary: later },
      { weight: 4, arbitrary: finish },
    ),
    { maxLength: 60 },
  ),
});

async function begin(concurrency: number): Promise<{ store: FakeStore; dispatcher: Dispatcher }> {
  const store = new FakeStore({ partitions: PARTITIONS, concurrency, drainTimeoutMs: 200 });
  const dispatcher = store.dispatcher();
  await dispatcher.start();
  return { store, dispatcher };
}

/** What must hold at every moment. */
function expectLimits(store: FakeStore, concurrency: number): void {
  const claims = store.claimsUnderWay();
  const reserved = claims.reduce((sum, { limit }) => sum + limit, 0);
  expect(store.attemptsUnderWay().length + reserved).to.be.at.most(concurrency);
  // Four, and one that was not answered before.
  expect(claims.length).to.be.at.most(5);
  expect(new Set(claims.map(({ partition }) => partition)).size).to.equal(claims.length);
  for (const { limit } of claims) expect(limit).to.be.at.least(1);
}

describe('dispatch: dispatcher, whatever comes', () => {
  it('attempts everything due exactly once and keeps within its limits', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ concurrency, steps }) => {
        const { store, dispatcher } = await begin(concurrency);
        for (const step of steps) {
          await step(store, dispatcher);
          await settle();
          expectLimits(store, concurrency);
        }
        // One wake of each partition must be enough for all that is left.
        dispatcher.wakeAll();
        const isBusy = () =>
          store.claimsUnderWay().length + store.attemptsUnderWay().length > 0 ||
          store.clock.pending() > 0;
        while (isBusy()) {
          await store.clock.advance(100);
          await store.answerClaim();
          expectLimits(store, concurrency);
          await store.finishAttempts();
        }
        expect([...store.attempted()].sort()).to.deep.equal([...store.fellDue].sort());
        await dispatcher.stop();
        expect(store.drained).to.equal(1);
      }),
      { numRuns: 300 },
    );
  });

  it('stopped at any moment, finishes or gives back everything it has taken', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat(500), async ({ concurrency, steps }, patience) => {
        const { store, dispatcher } = await begin(concurrency);
        for (const step of steps) await step(store, dispatcher);
        const claimsBefore = store.claims.length;
        let stopped = false;
        const done = dispatcher.stop().then(() => {
          stopped = true;
        });
        await store.clock.advance(patience);
        while (store.claimsUnderWay().length > 0) await store.answerClaim();
        await store.clock.advance(200);
        expect(stopped).to.equal(true);
        await done;
        expect(store.attemptsUnderWay()).to.have.length(0);
        expect(store.claims).to.have.length(claimsBefore);
        expect(store.clock.pending()).to.equal(0);
      }),
      { numRuns: 200 },
    );
  });
});
