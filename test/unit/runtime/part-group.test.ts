import { expect } from 'chai';
import { LongLivedPart } from '../../../src/runtime/lifecycle.ts';
import { PartGroup } from '../../../src/runtime/part-group.ts';
import { settle } from '../../support/fake-clock.ts';
import { type Deferred, deferred, rejection } from '../support/deferred.ts';

/** Notes what happens to it in a list that it shares with others. */
class Noted extends LongLivedPart {
  readonly name: string;
  protected readonly calls: string[];
  private readonly error: Error | undefined;

  constructor(name: string, calls: string[], error?: Error) {
    super();
    this.name = name;
    this.calls = calls;
    this.error = error;
  }

  protected async onStart(): Promise<void> {
    this.calls.push(`start ${this.name}`);
    await settle();
    if (this.error) throw this.error;
    this.calls.push(`started ${this.name}`);
  }

  protected async onStop(): Promise<void> {
    this.calls.push(`stop ${this.name}`);
    await settle();
    this.calls.push(`stopped ${this.name}`);
  }
}

/** Waits for something in its start, like the check that waits for Redis, until it is told to stop. */
class Waiting extends Noted {
  private waiting: Deferred<void> = deferred();

  protected override async onStart(): Promise<void> {
    this.waiting = deferred();
    this.calls.push(`start ${this.name}`);
    await this.waiting.promise;
  }

  protected override onStopRequested(): void {
    this.waiting.resolve();
  }
}

describe('runtime: part group', () => {
  let calls: string[];
  const noted = (name: string, error?: Error) => new Noted(name, calls, error);
  const order = (prefix: string) => calls.filter((call) => call.startsWith(`${prefix} `));

  beforeEach(() => {
    calls = [];
  });

  it('starts one after the other and stops in reverse, one after the other', async () => {
    const group = new PartGroup('group', [noted('a'), noted('b')]);
    await group.start();
    expect(calls).to.deep.equal(['start a', 'started a', 'start b', 'started b']);
    calls.length = 0;
    await group.stop();
    expect(calls).to.deep.equal(['stop b', 'stopped b', 'stop a', 'stopped a']);
  });

  it('a start that fails stops what was started, starts nothing more, and passes the error on', async () => {
    const boom = new Error('boom');
    const group = new PartGroup('group', [noted('a'), noted('b', boom), noted('c')]);
    expect(await rejection(group.start())).to.equal(boom);
    expect(order('start')).to.deep.equal(['start a', 'start b']);
    expect(order('stopped').at(-1)).to.equal('stopped a');
    await group.stop();
    expect(order('stopped').filter((call) => call === 'stopped a')).to.have.length(1);
  });

  it('a stop in the middle of a start ends the wait of the part that is starting', async () => {
    const waiting = new Waiting('b', calls);
    const group = new PartGroup('group', [noted('a'), waiting, noted('c')]);
    const started = group.start();
    await settle();
    await settle();
    expect(calls).to.deep.equal(['start a', 'started a', 'start b']);
    await group.stop();
    await started;
    expect(calls.slice(3)).to.deep.equal(['stop b', 'stopped b', 'stop a', 'stopped a']);
  });

  it('a stop right after a start stops what has begun and starts nothing more', async () => {
    const group = new PartGroup('group', [noted('a'), noted('b')]);
    void group.start();
    await group.stop();
    expect(calls).to.deep.equal(['start a', 'started a', 'stop a', 'stopped a']);
  });

  it('can be started again, also after a stop in the middle', async () => {
    const group = new PartGroup('group', [noted('a'), noted('b')]);
    void group.start();
    await group.stop();
    calls.length = 0;
    await group.start();
    expect(order('started')).to.deep.equal(['started a', 'started b']);
    await group.stop();
    expect(order('stopped')).to.deep.equal(['stopped b', 'stopped a']);
  });

  it('groups can be nested: the inner one is a part like any other', async () => {
    const inner = new PartGroup('inner', [noted('b'), new Waiting('c', calls)]);
    const group = new PartGroup('group', [noted('a'), inner, noted('d')]);
    void group.start();
    for (let i = 0; i < 5; i += 1) await settle();
    await group.stop();
    expect(order('start')).to.deep.equal(['start a', 'start b', 'start c']);
    expect(order('stopped')).to.deep.equal(['stopped c', 'stopped b', 'stopped a']);
  });

  it('stops the others although one fails to stop, and passes its error on', async () => {
    const stopped: string[] = [];
    const boom = new Error('boom');
    const part = (name: string) => ({
      name,
      start: () => Promise.resolve(),
      stop: () => {
        stopped.push(name);
        return name === 'b' ? Promise.reject(boom) : Promise.resolve();
      },
    });
    const group = new PartGroup('group', [part('a'), part('b'), part('c')]);
    await group.start();
    expect(await rejection(group.stop())).to.equal(boom);
    expect([...new Set(stopped)]).to.deep.equal(['c', 'b', 'a']);
  });
});
