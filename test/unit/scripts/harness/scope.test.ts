import { expect } from 'chai';
import { Scope } from '../../../../scripts/harness/scope.ts';

describe('harness: scope', () => {
  let closed: string[];
  beforeEach(() => {
    closed = [];
  });

  const closer = (name: string) => () => {
    closed.push(name);
    return Promise.resolve();
  };

  it('ends what came last first, and everything once', async () => {
    const scope = new Scope();
    scope.defer(closer('a'));
    scope.defer(closer('b'));
    await Promise.all([scope.close(), scope.close()]);
    expect(closed).to.deep.equal(['b', 'a']);
  });

  it('ends the rest when ending something fails, and says so', async () => {
    const scope = new Scope();
    scope.defer(closer('a'));
    scope.defer(() => Promise.reject(new Error('stuck')));
    const thrown = await scope.close().catch((error: unknown) => error);
    expect(thrown).to.be.an('error').with.property('message', 'stuck');
    expect(closed).to.deep.equal(['a']);
  });

  it('ends a task’s own things with the task, also when it fails', async () => {
    const scope = new Scope();
    scope.defer(closer('outer'));
    const failing = scope.within((inner) => {
      inner.defer(closer('inner'));
      return Promise.reject(new Error('failed'));
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('failed');
    expect(closed).to.deep.equal(['inner']);
    await scope.close();
    expect(closed).to.deep.equal(['inner', 'outer']);
  });

  it('ends what a task starts after everything was ended', async () => {
    const scope = new Scope();
    let go: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    const task = scope.within(async (inner) => {
      inner.defer(closer('before'));
      await waiting;
      inner.defer(closer('after'));
    });
    await scope.close();
    expect(closed).to.deep.equal(['before']);
    go();
    await task;
    expect(closed).to.deep.equal(['before', 'after']);
  });
});
