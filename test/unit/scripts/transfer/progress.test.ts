import { expect } from 'chai';
import { Progress } from '../../../../scripts/transfer/progress.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { deferred } from '../../support/deferred.ts';

function setUp(isTTY: boolean) {
  const clock = new FakeClock();
  const written: string[] = [];
  let count = 0;
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) };
  const describe = () => {
    count += 1;
    return `${count} of many, and this is a long line`;
  };
  return { clock, written, progress: new Progress({ stream, describe, clock }) };
}

describe('transfer: progress', () => {
  it('rewrites one line a few times a second on a terminal, and takes it away', async () => {
    const { clock, written, progress } = setUp(true);
    const task = deferred<string>();
    const ended = progress.during(() => task.promise);
    await clock.advance(1000);
    const lines = [1, 2, 3, 4].map((n) => `\r\x1b[K${n} of many, and this`);
    expect(written).to.deep.equal(lines);
    task.resolve('done');
    expect(await ended).to.equal('done');
    expect(written.at(-1)).to.equal('\r\x1b[K');
    expect(clock.pending()).to.equal(0);
  });

  it('writes a plain line every few seconds elsewhere', async () => {
    const { clock, written, progress } = setUp(false);
    const task = deferred<void>();
    const ended = progress.during(() => task.promise);
    await clock.advance(11_000);
    expect(written).to.deep.equal([1, 2].map((n) => `${n} of many, and this is a long line\n`));
    task.resolve();
    await ended;
    expect(clock.pending()).to.equal(0);
  });

  it('is over when the task fails', async () => {
    const { clock, progress } = setUp(true);
    const failure = await progress
      .during(() => Promise.reject(new Error('no')))
      .catch((error: Error) => error);
    expect(failure).to.have.property('message', 'no');
    expect(clock.pending()).to.equal(0);
  });
});
