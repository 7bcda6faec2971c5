import { expect } from 'chai';
import { DueHints } from '../../../src/store/due-hints.ts';
import { DueTimer } from '../../../src/triggers/due-timer.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { deferred } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

/** What is due and unclaimed for this long is announced to everyone. */
const LEFT_OVER_MS = 2;

describe('triggers: due timer', () => {
  let clock: FakeClock;
  let hints: DueHints;
  let entries: LogEntry[];
  /** `announce 0@7`, `wake 0@5`, `peek@0`: what happened, and when. */
  let events: string[];
  let announce: () => Promise<void>;
  let peek: () => void;
  let timer: DueTimer;

  const rings = () => events.filter((event) => !event.startsWith('peek'));
  const hint = (partition: number, dueInMs: number) => hints.announce({ partition, dueInMs });

  beforeEach(async () => {
    clock = new FakeClock();
    hints = new DueHints();
    events = [];
    announce = () => Promise.resolve();
    peek = () => undefined;
    const recorder = recordingLog();
    entries = recorder.entries;
    timer = new DueTimer({
      hints,
      peek: () => {
        events.push(`peek@${clock.now()}`);
        peek();
        return Promise.resolve();
      },
      announce: (partition) => {
        events.push(`announce ${partition}@${clock.now()}`);
        return announce();
      },
      wake: (partition) => void events.push(`wake ${partition}@${clock.now()}`),
      clock,
      log: recorder.log,
    });
    await timer.start();
    await settle();
  });
  afterEach(async () => {
    const stopped = timer.stop();
    await clock.advance(LEFT_OVER_MS);
    await stopped;
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('looks at the due indexes at once and then every second', async () => {
    await clock.advance(3000);
    expect(events).to.deep.equal(['peek@0', 'peek@1000', 'peek@2000', 'peek@3000']);
  });

  it('listens before its first look, so that it hears what that finds', async () => {
    await timer.stop();
    peek = () => hint(0, 10);
    events = [];
    await timer.start();
    await clock.advance(10);
    expect(rings()).to.deep.equal(['wake 0@10']);
  });

  it('wakes at the due time, and has what is still there two milliseconds later announced', async () => {
    hint(3, 500);
    await clock.advance(499);
    expect(rings()).to.deep.equal([]);
    await clock.advance(1);
    expect(rings()).to.deep.equal(['wake 3@500']);
    await clock.advance(LEFT_OVER_MS);
    expect(rings()).to.deep.equal(['wake 3@500', 'announce 3@502']);
  });

  it('rings at once for what is past due', async () => {
    hint(0, -60_000);
    await clock.advance(LEFT_OVER_MS);
    expect(rings()).to.deep.equal(['wake 0@0', 'announce 0@2']);
  });

  it('an earlier hint takes the place of a later one', async () => {
    hint(0, 500);
    hint(0, 100);
    await clock.advance(600);
    expect(rings()).to.deep.equal(['wake 0@100', 'announce 0@102']);
  });

  it('a later hint does not postpone an earlier one', async () => {
    hint(0, 100);
    hint(0, 500);
    await clock.advance(50);
    hint(0, 500);
    await clock.advance(550);
    expect(rings()).to.deep.equal(['wake 0@100', 'announce 0@102']);
  });

  it('takes the next hint after it has rung', async () => {
    hint(0, 100);
    await clock.advance(100);
    hint(0, 100);
    await clock.advance(102);
    expect(rings()).to.deep.equal(['wake 0@100', 'announce 0@102', 'wake 0@200', 'announce 0@202']);
  });

  it('announces once what rings twice within that time', async () => {
    hint(0, 10);
    await clock.advance(10);
    hint(0, 1);
    await clock.advance(10);
    expect(rings()).to.deep.equal(['wake 0@10', 'wake 0@11', 'announce 0@12']);
  });

  it('has an alarm for each partition', async () => {
    hint(0, 300);
    hint(1, 200);
    await clock.advance(310);
    const expected = ['wake 1@200', 'announce 1@202', 'wake 0@300', 'announce 0@302'];
    expect(rings()).to.deep.equal(expected);
  });

  it('leaves what lies behind its horizon of five looks to a later look', () => {
    const timersBefore = clock.pending();
    hint(0, 5001);
    hint(0, Number.POSITIVE_INFINITY);
    expect(clock.pending()).to.equal(timersBefore);
    hint(0, 5000);
    expect(clock.pending()).to.equal(timersBefore + 1);
  });

  it('goes on when an announcement fails', async () => {
    announce = () => Promise.reject(new Error('connection closed'));
    hint(0, 10);
    await clock.advance(12);
    expect(entries.map(({ level }) => level)).to.deep.equal([LEVEL.debug]);
    hint(0, 10);
    await clock.advance(12);
    expect(rings().filter((event) => event.startsWith('wake'))).to.have.length(2);
  });

  it('stop cancels the alarms and hears no more', async () => {
    hint(0, 100);
    await timer.stop();
    hint(0, 50);
    await clock.advance(1000);
    expect(rings()).to.deep.equal([]);
  });

  for (const [what, dueInMs] of [
    ['is due this very moment', 1],
    ['has rung but is not announced yet', 0],
  ] as const) {
    it(`stop announces what ${what}`, async () => {
      hint(0, dueInMs);
      hint(1, 100);
      await clock.advance(0);
      const stopped = timer.stop();
      await clock.advance(LEFT_OVER_MS);
      await stopped;
      expect(rings()).to.include(`announce 0@${LEFT_OVER_MS}`);
      expect(rings().join()).not.to.contain('announce 1');
    });
  }

  it('stop waits for an announcement under way', async () => {
    const answer = deferred();
    announce = () => answer.promise;
    hint(0, 10);
    await clock.advance(12);
    let stopped = false;
    const stop = timer.stop().then(() => {
      stopped = true;
    });
    await settle();
    expect(stopped).to.equal(false);
    answer.resolve();
    await stop;
  });
});
