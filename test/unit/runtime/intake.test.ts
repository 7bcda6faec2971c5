import { expect } from 'chai';
import { Intake } from '../../../src/runtime/intake.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

describe('runtime: intake', () => {
  const clock = new FakeClock();

  it('is open once started, and draining from the moment a stop is asked for', async () => {
    const intake = new Intake({ drainDelayMs: 0, clock });
    expect(intake.state()).to.equal('starting');
    await intake.start();
    expect(intake.state()).to.equal('open');
    const stopped = intake.stop();
    expect(intake.state()).to.equal('draining');
    await stopped;
    expect(clock.pending()).to.equal(0);
    await intake.start();
    expect(intake.state()).to.equal('open');
  });

  it('holds up a stop for its delay, and no longer', async () => {
    const intake = new Intake({ drainDelayMs: 500, clock });
    await intake.start();
    let stopped = false;
    void intake.stop().then(() => {
      stopped = true;
    });
    await clock.advance(499);
    expect(stopped).to.equal(false);
    await clock.advance(1);
    await settle();
    expect(stopped).to.equal(true);
  });
});
