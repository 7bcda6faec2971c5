import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { pause, systemClock } from '../../../src/runtime/clock.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

describe('runtime: pause', () => {
  let clock: FakeClock;
  let aborter: AbortController;
  let over: boolean;
  const begin = (delayMs: number) => {
    over = false;
    return pause(clock, delayMs, aborter.signal).then(() => {
      over = true;
    });
  };

  beforeEach(() => {
    clock = new FakeClock();
    aborter = new AbortController();
  });

  it('ends after its time, not before', async () => {
    const done = begin(100);
    await clock.advance(99);
    expect(over).to.equal(false);
    await clock.advance(1);
    expect(over).to.equal(true);
    await done;
  });

  it('ends at once when its signal aborts', async () => {
    const done = begin(100);
    await settle();
    aborter.abort();
    await done;
    expect(clock.now()).to.equal(0);
  });

  it('does not begin when its signal has aborted', async () => {
    aborter.abort();
    await begin(100);
    expect(clock.pending()).to.equal(0);
  });

  it('leaves neither a timer nor a listener behind, whichever way it ends', async () => {
    const elapsed = begin(100);
    await clock.advance(100);
    await elapsed;
    expect(getEventListeners(aborter.signal, 'abort')).to.have.length(0);
    const aborted = begin(100);
    aborter.abort();
    await aborted;
    expect(clock.pending()).to.equal(0);
    expect(getEventListeners(aborter.signal, 'abort')).to.have.length(0);
  });

  it('needs no signal', async () => {
    const done = pause(clock, 5);
    await clock.advance(5);
    await done;
  });
});

describe('runtime: system clock', () => {
  it('measures with the timer it offers, and never runs a cancelled one', async () => {
    const before = systemClock.now();
    let cancelled = true;
    const timer = systemClock.after(0, () => {
      cancelled = false;
    });
    timer.cancel();
    timer.cancel();
    await new Promise<void>((resolve) => void systemClock.after(2, resolve));
    expect(systemClock.now() - before).to.be.within(1, 5000);
    expect(cancelled).to.equal(true);
  });
});

describe('runtime: system clock, exactly', () => {
  it('is never early, by any fraction', async () => {
    for (const delayMs of [0, 0.3, 0.9, 1.4, 2.7]) {
      const before = systemClock.now();
      await new Promise<void>((resolve) => void systemClock.exactlyAfter(delayMs, resolve));
      expect(systemClock.now() - before).to.be.at.least(delayMs);
    }
  });

  it('never runs what was cancelled', async () => {
    let ran = false;
    systemClock
      .exactlyAfter(0.5, () => {
        ran = true;
      })
      .cancel();
    await new Promise<void>((resolve) => void systemClock.exactlyAfter(5, resolve));
    expect(ran).to.equal(false);
  });

  it('nor what was cancelled in its last fraction', async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      let ran = false;
      const timer = systemClock.exactlyAfter(1.9, () => {
        ran = true;
      });
      // Of the same millisecond, so that it comes right after the first look.
      const ranBefore = await new Promise<boolean>(
        (resolve) =>
          void systemClock.after(1.9, () => {
            timer.cancel();
            resolve(ran);
          }),
      );
      await new Promise<void>((resolve) => void systemClock.exactlyAfter(2, resolve));
      expect(ran).to.equal(ranBefore);
    }
  });
});

describe('support: fake clock', () => {
  it('runs what falls due in order of time, and what that sets, each at its own moment', async () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.now()}`);
    clock.after(30, note('c'));
    clock.after(10, () => {
      note('a')();
      clock.after(10, note('b'));
    });
    clock.after(31, note('too late'));
    clock.after(5, note('cancelled')).cancel();
    await clock.advance(30);
    expect(ran).to.deep.equal(['a@10', 'b@20', 'c@30']);
    expect(clock.pending()).to.equal(1);
    expect(clock.untilNext()).to.equal(1);
  });
});
