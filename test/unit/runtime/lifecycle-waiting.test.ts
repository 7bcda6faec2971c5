import { expect } from 'chai';
import { LongLivedPart } from '../../../src/runtime/lifecycle.ts';
import { settle } from '../../support/fake-clock.ts';
import { deferred } from '../support/deferred.ts';

/** Waits in its start, like the check that waits for Redis, until it is told to stop. */
class Waiting extends LongLivedPart {
  readonly name = 'waiting';
  private waiting = deferred();

  protected onStart(): Promise<void> {
    this.waiting = deferred();
    return this.waiting.promise;
  }

  protected override onStopRequested(): void {
    this.waiting.resolve();
  }

  protected async onStop(): Promise<void> {
    await settle();
  }
}

describe('runtime: lifecycle of a part that waits in its start', () => {
  it('a stop that comes while a start waits for an earlier stop ends that start too', async () => {
    const part = new Waiting();
    const started = part.start();
    void part.stop();
    void part.start();
    let stopped = false;
    void part.stop().then(() => {
      stopped = true;
    });
    await started;
    for (let i = 0; i < 10; i += 1) await settle();
    expect(stopped).to.equal(true);
  });
});
