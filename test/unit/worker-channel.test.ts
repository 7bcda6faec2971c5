import { expect } from 'chai';
import { Channel } from '../../src/worker-channel.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { rejection } from './support/deferred.ts';

const PATIENCE_MS = 3000;

describe('the channel between processes of a service', () => {
  let clock: FakeClock;
  let here: Channel;
  let there: Channel;
  /** What went over it, as text: nothing else gets through. */
  let sent: string[];
  let cut: boolean;

  const carry = (to: () => Channel) => (message: unknown) => {
    const text = JSON.stringify(message);
    sent.push(text);
    if (!cut) to().receive(JSON.parse(text));
  };

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    cut = false;
    const answers = {
      seven: () => Promise.resolve(7),
      fails: () => Promise.reject(new Error('out of order')),
      twice: async () => `${await there.ask('word')}${await there.ask('word')}`,
    };
    here = new Channel({ send: carry(() => there), answers: { word: async () => 'ho' }, clock });
    there = new Channel({ send: carry(() => here), answers, clock });
  });
  afterEach(() => {
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('a question gets its answer, however many there are', async () => {
    expect(await Promise.all([here.ask('seven'), here.ask('twice')])).to.deep.equal([7, 'hoho']);
  });

  it('a failure comes back as one', async () => {
    expect(String(await rejection(here.ask('fails')))).to.include('out of order');
  });

  it('what is not answered for 3 s fails; what comes later is dropped', async () => {
    cut = true;
    const failed = rejection(here.ask('seven'));
    await clock.advance(PATIENCE_MS - 1);
    expect(await Promise.race([failed, settle().then(() => 'waits')])).to.equal('waits');
    await clock.advance(1);
    expect(String(await failed)).to.include('did not answer');
    here.receive({ answerTo: 1, value: 7 });
  });

  it('leaves to others what is neither question nor answer', () => {
    for (const message of ['stop', null, 7, { url: 'http://localhost' }]) here.receive(message);
    expect(sent).to.deep.equal([]);
  });
});
