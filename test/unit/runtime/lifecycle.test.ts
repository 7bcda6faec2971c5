import { expect } from 'chai';
import fc from 'fast-check';
import { LongLivedPart } from '../../../src/runtime/lifecycle.ts';
import { settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred, rejection } from '../support/deferred.ts';

/** Records the calls of its hooks; each waits until the test ends it. */
class Probe extends LongLivedPart {
  readonly name = 'probe';
  readonly calls: string[] = [];
  private readonly open: Deferred<void>[] = [];

  protected onStart(): Promise<void> {
    return this.enter('start');
  }

  protected onStop(): Promise<void> {
    return this.enter('stop');
  }

  protected override onStopRequested(): void {
    this.calls.push('stop requested');
  }

  /** The hooks under way, in order; there should never be two. */
  underWay(): number {
    return this.open.length;
  }

  /** Ends the hook under way. */
  async finish(error?: Error): Promise<void> {
    const hook = this.open.shift();
    if (error === undefined) hook?.resolve();
    else hook?.reject(error);
    await settle();
  }

  /** `start`, `started`, `stop`, `stopped`: without the requests. */
  hooks(): string[] {
    return this.calls.filter((call) => call !== 'stop requested');
  }

  private async enter(hook: string): Promise<void> {
    const end = deferred();
    this.open.push(end);
    this.calls.push(hook);
    try {
      await end.promise;
    } finally {
      this.calls.push(hook === 'start' ? 'started' : 'stopped');
    }
  }
}

describe('runtime: lifecycle', () => {
  let part: Probe;
  beforeEach(() => {
    part = new Probe();
  });

  it('starts once, however often it is asked, and all who asked wait for it', async () => {
    const asked = [part.start(), part.start()];
    await part.finish();
    await Promise.all([...asked, part.start()]);
    expect(part.calls).to.deep.equal(['start', 'started']);
  });

  it('stops once, however often it is asked, and all who asked wait for it', async () => {
    const started = part.start();
    await part.finish();
    await started;
    let stopped = 0;
    const asked = [part.stop(), part.stop()].map((stop) => stop.then(() => ++stopped));
    await settle();
    expect(stopped).to.equal(0);
    await part.finish();
    await Promise.all([...asked, part.stop()]);
    expect(part.hooks()).to.deep.equal(['start', 'started', 'stop', 'stopped']);
  });

  it('has nothing to stop before a start', async () => {
    await part.stop();
    expect(part.calls).to.deep.equal([]);
  });

  it('lets a start finish before it stops, having told it at once', async () => {
    const started = part.start();
    const stopped = part.stop();
    await settle();
    expect(part.calls).to.deep.equal(['start', 'stop requested']);
    await part.finish();
    await started;
    await part.finish();
    await stopped;
    expect(part.hooks()).to.deep.equal(['start', 'started', 'stop', 'stopped']);
  });

  it('can be started again, also while it is still stopping', async () => {
    void part.start();
    await part.finish();
    const stopped = part.stop();
    const again = part.start();
    await settle();
    expect(part.hooks()).to.deep.equal(['start', 'started', 'stop']);
    await part.finish();
    await stopped;
    await part.finish();
    await again;
    expect(part.hooks()).to.deep.equal(['start', 'started', 'stop', 'stopped', 'start', 'started']);
  });

  it('reports a failed start to whoever starts it, and can be stopped and started again', async () => {
    const boom = new Error('boom');
    const failing = rejection(part.start());
    await part.finish(boom);
    expect(await failing).to.equal(boom);
    expect(await rejection(part.start())).to.equal(boom);
    const stopped = part.stop();
    await settle();
    await part.finish();
    await stopped;
    const again = part.start();
    await settle();
    await part.finish();
    await again;
    expect(part.hooks().filter((call) => call === 'start')).to.have.length(2);
  });

  it('strictly alternates, never overlaps and ends where it was last sent, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...ACTIONS), { maxLength: 30 }),
        async (actions) => {
          const stressed = new Probe();
          const asked = new Set<Promise<unknown>>();
          for (const action of actions) {
            await act(stressed, action, asked);
            expect(stressed.underWay()).to.be.at.most(1);
          }
          await settle();
          while (stressed.underWay() > 0) await stressed.finish();
          await Promise.all(asked);
          const hooks = stressed.hooks();
          const cycle = ['start', 'started', 'stop', 'stopped'];
          expect(hooks).to.deep.equal(hooks.map((_, i) => cycle[i % cycle.length]));
          const lastAsked = actions.findLast((action) => action === 'start' || action === 'stop');
          const end = lastAsked === 'start' ? 'started' : 'stopped';
          expect(hooks.at(-1) ?? 'stopped').to.equal(end);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const ACTIONS = ['start', 'stop', 'finish', 'fail', 'settle'] as const;

async function act(
  part: Probe,
  action: (typeof ACTIONS)[number],
  asked: Set<Promise<unknown>>,
): Promise<void> {
  if (action === 'settle') await settle();
  else if (action === 'finish') await part.finish();
  else if (action === 'fail') await part.finish(new Error('boom'));
  else asked.add(part[action]().catch((error: Error) => error.message));
}
