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

const receivers = fc.constantFrom('x', 'y', 'z');

const fallDue = fc.tuple(partitions, receivers, someOf(12)).map(
  ([partition, receiver, count]): Step =>
    (store) =>
      store.addDue(partition, ...names(`${receiver}/m${serial++}-`, count)),
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

/** A claim that takes longer is set aside, in ms. */
const PATIENCE_MS = 100;

const limits = fc.record({ concurrency: someOf(20), placesEach: someOf(20) });
type Limits = typeof limits extends fc.Arbitrary<infer T> ? T : never;

const run = fc.record({
  limits,
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

async function begin(some: Limits): Promise<{ store: FakeStore; dispatcher: Dispatcher }> {
  const fixed = { partitions: PARTITIONS, claimsAtOnce: 4, drainTimeoutMs: 200 };
  const store = new FakeStore({ ...fixed, ...some });
  const dispatcher = store.dispatcher();
  await dispatcher.start();
  return { store, dispatcher };
}

/** What must hold at every moment. */
function expectLimits(store: FakeStore, { concurrency, placesEach }: Limits): void {
  const places = new Map<string, number>();
  for (const { origin } of store.attemptsUnderWay()) {
    places.set(origin, (places.get(origin) ?? 0) + 1);
  }
  for (const [origin, taken] of places) expect(taken, origin).to.be.at.most(placesEach);
  const claims = store.claimsUnderWay();
  // Those that take longer are set aside: they keep neither room nor a turn.
  const counting = claims.filter(({ at }) => store.clock.now() - at < PATIENCE_MS);
  const reserved = counting.reduce((sum, { limit }) => sum + limit, 0);
  expect(store.attemptsUnderWay().length + reserved).to.be.at.most(concurrency);
  // Four, and one that was not answered before.
  expect(counting.length).to.be.at.most(5);
  expect(new Set(claims.map(({ partition }) => partition)).size).to.equal(claims.length);
  for (const { limit } of claims) expect(limit).to.be.at.least(1);
}

describe('dispatch: dispatcher, whatever comes', () => {
  it('attempts everything due exactly once and keeps within its limits', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ limits: some, steps }) => {
        const { store, dispatcher } = await begin(some);
        for (const step of steps) {
          await step(store, dispatcher);
          await settle();
          expectLimits(store, some);
        }
        // One wake of each partition must be enough for all that is left; what is deferred has a wake at its end.
        dispatcher.wakeAll();
        const isBusy = () =>
          !store.isEmpty() ||
          store.claimsUnderWay().length + store.attemptsUnderWay().length > 0 ||
          store.clock.pending() > 0;
        while (isBusy()) {
          await store.clock.advance(100);
          for (const partition of store.deferralsOver()) dispatcher.wake(partition);
          await store.answerClaim();
          expectLimits(store, some);
          await store.finishAttempts();
        }
        expect([...store.attempted()].sort()).to.deep.equal([...store.fellDue].sort());
        await dispatcher.stop();
        expect(store.drained).to.equal(1);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no place empty for which something waits: deferred or not, all goes without a pause', async () => {
    const calm = fc.record({ limits, steps: fc.array(fc.oneof(fallDue, wake, answer, finish)) });
    await fc.assert(
      fc.asyncProperty(calm, async ({ limits: some, steps }) => {
        const { store, dispatcher } = await begin(some);
        for (const step of steps) await step(store, dispatcher);
        dispatcher.wakeAll();
        await settle();
        while (store.claimsUnderWay().length + store.attemptsUnderWay().length > 0) {
          while (store.claimsUnderWay().length > 0) await store.answerClaim();
          await store.finishAttempts(1);
          expectLimits(store, some);
        }
        expect(store.isEmpty()).to.equal(true);
        expect([...store.attempted()].sort()).to.deep.equal([...store.fellDue].sort());
        expect([store.putOff, store.clock.now()]).to.deep.equal([[], 0]);
        await dispatcher.stop();
      }),
      { numRuns: 200 },
    );
  });

  it('stopped at any moment, finishes or gives back everything it has taken', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat(500), async ({ limits: some, steps }, patience) => {
        const { store, dispatcher } = await begin(some);
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
