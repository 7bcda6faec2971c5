import { expect } from 'chai';
import { Repeater, type RepeaterOptions } from '../../../src/runtime/repeater.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

describe('runtime: repeater', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let runs: Deferred<void>[];
  let signals: AbortSignal[];
  let atOnce: number;
  let mostAtOnce: number;

  function create(over: Partial<RepeaterOptions> = {}): Repeater {
    const recorder = recordingLog();
    entries = recorder.entries;
    return new Repeater({
      name: 'chore',
      intervalMs: 100,
      jitter: 0,
      task: async (signal) => {
        signals.push(signal);
        mostAtOnce = Math.max(mostAtOnce, ++atOnce);
        const run = deferred();
        runs.push(run);
        try {
          await run.promise;
        } finally {
          atOnce -= 1;
        }
      },
      clock,
      log: recorder.log,
      ...over,
    });
  }

  const endRun = async (error?: Error) => {
    const run = runs.at(-1);
    if (error === undefined) run?.resolve();
    else run?.reject(error);
    await settle();
  };

  beforeEach(() => {
    clock = new FakeClock();
    runs = [];
    signals = [];
    atOnce = 0;
    mostAtOnce = 0;
  });
  afterEach(() => {
    expect(mostAtOnce, 'runs at once').to.be.at.most(1);
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('runs at once, then each time an interval after the end of the run before', async () => {
    const repeater = create();
    await repeater.start();
    expect(runs).to.have.length(1);
    await clock.advance(1000);
    expect(runs).to.have.length(1);
    await endRun();
    await clock.advance(99);
    expect(runs).to.have.length(1);
    await clock.advance(1);
    expect(runs).to.have.length(2);
    await endRun();
    await repeater.stop();
  });

  it('trigger ends the pause', async () => {
    const repeater = create();
    await repeater.start();
    await endRun();
    repeater.trigger();
    await settle();
    expect(runs).to.have.length(2);
    await endRun();
    await clock.advance(99);
    expect(runs).to.have.length(2);
    await repeater.stop();
  });

  it('any number of triggers during a run make one more run, right after it', async () => {
    const repeater = create();
    await repeater.start();
    repeater.trigger();
    repeater.trigger();
    await settle();
    expect(runs).to.have.length(1);
    await endRun();
    expect(runs).to.have.length(2);
    await endRun();
    await settle();
    expect(runs).to.have.length(2);
    await repeater.stop();
  });

  it('a trigger while it is stopped does nothing', async () => {
    const repeater = create();
    repeater.trigger();
    await settle();
    expect(runs).to.have.length(0);
  });

  it('logs an error once per series, and goes on', async () => {
    const repeater = create();
    await repeater.start();
    for (const error of ['a', 'b', undefined, 'c', 'd']) {
      await endRun(error === undefined ? undefined : new Error(error));
      await clock.advance(100);
    }
    expect(runs).to.have.length(6);
    expect(entries.map(({ level }) => level)).to.deep.equal([LEVEL.warn, LEVEL.warn]);
    expect(entries.map(({ err }) => (err as Error).message)).to.deep.equal(['a', 'c']);
    expect(entries[0]?.msg).to.contain('chore');
    await endRun();
    await repeater.stop();
  });

  it('survives a task that throws before it returns a promise', async () => {
    const repeater = create({
      task: () => {
        throw new Error('at once');
      },
    });
    await repeater.start();
    await clock.advance(100);
    expect(entries).to.have.length(1);
    await repeater.stop();
  });

  it('stop tells the run, waits for it and lets no other come', async () => {
    const repeater = create();
    await repeater.start();
    let stopped = false;
    const stop = repeater.stop().then(() => {
      stopped = true;
    });
    await clock.advance(1000);
    expect(signals[0]?.aborted).to.equal(true);
    expect(stopped).to.equal(false);
    repeater.trigger();
    await endRun();
    await stop;
    await clock.advance(1000);
    expect(runs).to.have.length(1);
  });

  it('stop ends the pause', async () => {
    const repeater = create();
    await repeater.start();
    await endRun();
    await repeater.stop();
    expect(clock.now()).to.equal(0);
    expect(runs).to.have.length(1);
  });

  it('can be started again, with a fresh signal', async () => {
    const repeater = create();
    await repeater.start();
    await endRun();
    await repeater.stop();
    await repeater.start();
    expect(runs).to.have.length(2);
    expect(signals[1]?.aborted).to.equal(false);
    await endRun();
    await repeater.stop();
  });

  it('keeps its pauses within the jitter, and not all alike', async () => {
    const repeater = create({ jitter: 0.2, task: () => Promise.resolve() });
    await repeater.start();
    const pauses = new Set<number>();
    for (let i = 0; i < 50; i += 1) {
      await settle();
      const pause = clock.untilNext() ?? Number.NaN;
      expect(pause).to.be.within(80, 120);
      pauses.add(pause);
      await clock.advance(pause);
    }
    expect(pauses.size).to.be.above(10);
    await repeater.stop();
  });
});
