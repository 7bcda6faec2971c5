import { expect } from 'chai';
import { sharedFor } from '../../../src/runtime/shared.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred, rejection } from '../support/deferred.ts';

const FRESH_MS = 1000;

describe('runtime: shared answers', () => {
  let clock: FakeClock;
  let calls: Deferred<number>[];
  let ask: () => Promise<number>;

  beforeEach(() => {
    clock = new FakeClock();
    calls = [];
    ask = sharedFor(FRESH_MS, clock, () => {
      const call = deferred<number>();
      calls.push(call);
      return call.promise;
    });
  });

  it('one call serves everyone who asks while it is under way, however long that is', async () => {
    const first = ask();
    await clock.advance(10 * FRESH_MS);
    const second = ask();
    calls[0]?.resolve(7);
    expect(await Promise.all([first, second])).to.deep.equal([7, 7]);
    expect(calls).to.have.length(1);
  });

  it('an answer is passed on while it is fresh, from when it was there', async () => {
    const first = ask();
    await clock.advance(300);
    calls[0]?.resolve(1);
    await first;
    await clock.advance(FRESH_MS - 1);
    expect(await ask()).to.equal(1);
    await clock.advance(1);
    const next = ask();
    calls[1]?.resolve(2);
    expect(await next).to.equal(2);
  });

  it('so is a failure', async () => {
    const first = ask();
    calls[0]?.reject(new Error('away'));
    expect(String(await rejection(first))).to.contain('away');
    expect(String(await rejection(ask()))).to.contain('away');
    await clock.advance(FRESH_MS);
    const next = ask();
    await settle();
    calls[1]?.resolve(3);
    expect(await next).to.equal(3);
  });
});
