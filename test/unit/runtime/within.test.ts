import { expect } from 'chai';
import { within } from '../../../src/runtime/within.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deferred, rejection } from '../support/deferred.ts';

describe('runtime: within', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => {
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('gives what comes in time', async () => {
    const answer = deferred<number>();
    const given = within(100, clock, answer.promise);
    await clock.advance(99);
    answer.resolve(7);
    expect(await given).to.equal(7);
  });

  it('gives up on what does not, whatever becomes of it', async () => {
    const answer = deferred<number>();
    const given = within(100, clock, answer.promise);
    await clock.advance(100);
    expect(await given).to.equal(undefined);
    answer.reject(new Error('too late to matter'));
  });

  it('fails as what it waits for', async () => {
    const error = await rejection(within(100, clock, Promise.reject(new Error('away'))));
    expect(String(error)).to.include('away');
  });
});
