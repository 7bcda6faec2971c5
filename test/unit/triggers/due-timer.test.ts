import { expect } from 'chai';
import { DueHints } from '../../../src/store/due-hints.ts';
import { DueTimer } from '../../../src/triggers/due-timer.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { deferred } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

/** Redis holds a key expired one millisecond past its time. */
const SLACK_MS = 1;

describe('triggers: due timer', () => {
  let clock: FakeClock;
  let hints: DueHints;
  let entries: LogEntry[];
  /** `touch a@5`, `wake 0@5`, `peek@0`: what happened, and when. */
  let events: string[];
  let touch: () => Promise<void>;
  let peek: () => void;
  let timer: DueTimer;

  const rings = () => events.filter((event) => !event.startsWith('peek'));
  const hint = (partition: number, id: string, dueInMs: number) =>
    hints.announce({ partition, id, dueInMs });

  beforeEach(async () => {
    clock = new FakeClock();
    hints = new DueHints();
    events = [];
    touch = () => Promise.resolve();
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
      touch: (id) => {
        events.push(`touch ${id}@${clock.now()}`);
        return touch();
      },
      wake: (partition) => void events.push(`wake ${partition}@${clock.now()}`),
      clock,
      log: recorder.log,
    });
    await timer.start();
    await settle();
  });
  afterEach(async () => {
    await timer.stop();
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('looks at the due indexes at once and then every second', async () => {
    await clock.advance(3000);
    expect(events).to.deep.equal(['peek@0', 'peek@1000', 'peek@2000', 'peek@3000']);
  });

  it('listens before its first look, so that it hears what that finds', async () => {
    await timer.stop();
    peek = () => hint(0, 'a', 10);
    events = [];
    await timer.start();
    await clock.advance(10 + SLACK_MS);
    expect(rings()).to.deep.equal(['touch a@11', 'wake 0@11']);
  });

  it('touches the shadow key one millisecond past its time, then wakes', async () => {
    hint(3, 'a', 500);
    await clock.advance(500);
    expect(rings()).to.deep.equal([]);
    await clock.advance(SLACK_MS);
    expect(rings()).to.deep.equal(['touch a@501', 'wake 3@501']);
  });

  it('rings at once for what is past due', async () => {
    hint(0, 'a', -60_000);
    await clock.advance(SLACK_MS);
    expect(rings()).to.deep.equal(['touch a@1', 'wake 0@1']);
  });

  it('an earlier hint takes the place of a later one', async () => {
    hint(0, 'late', 500);
    hint(0, 'early', 100);
    await clock.advance(600);
    expect(rings()).to.deep.equal(['touch early@101', 'wake 0@101']);
  });

  it('a later hint does not postpone an earlier one', async () => {
    hint(0, 'early', 100);
    hint(0, 'late', 500);
    await clock.advance(50);
    hint(0, 'late', 500);
    await clock.advance(550);
    expect(rings()).to.deep.equal(['touch early@101', 'wake 0@101']);
  });

  it('takes the next hint after it has rung', async () => {
    hint(0, 'a', 100);
    await clock.advance(101);
    hint(0, 'b', 100);
    await clock.advance(101);
    expect(rings()).to.deep.equal(['touch a@101', 'wake 0@101', 'touch b@202', 'wake 0@202']);
  });

  it('has an alarm for each partition', async () => {
    hint(0, 'a', 300);
    hint(1, 'b', 200);
    await clock.advance(301);
    expect(rings()).to.deep.equal(['touch b@201', 'wake 1@201', 'touch a@301', 'wake 0@301']);
  });

  it('leaves what lies behind its horizon of two looks to a later look', () => {
    const timersBefore = clock.pending();
    hint(0, 'beyond', 2001);
    hint(0, '', Number.POSITIVE_INFINITY);
    expect(clock.pending()).to.equal(timersBefore);
    hint(0, 'within', 2000);
    expect(clock.pending()).to.equal(timersBefore + 1);
  });

  it('wakes even when the touch fails, and goes on', async () => {
    touch = () => Promise.reject(new Error('connection closed'));
    hint(0, 'a', 10);
    await clock.advance(11);
    expect(rings()).to.deep.equal(['touch a@11', 'wake 0@11']);
    expect(entries.map(({ level }) => level)).to.deep.equal([LEVEL.debug]);
  });

  it('does not wait for the touch before it wakes', async () => {
    const answer = deferred();
    touch = () => answer.promise;
    hint(0, 'a', 10);
    await clock.advance(11);
    expect(rings()).to.include('wake 0@11');
    answer.resolve();
  });

  it('stop cancels the alarms and hears no more', async () => {
    hint(0, 'a', 100);
    await timer.stop();
    hint(0, 'b', 50);
    await clock.advance(1000);
    expect(rings()).to.deep.equal([]);
  });

  it('stop waits for a touch under way', async () => {
    const answer = deferred();
    touch = () => answer.promise;
    hint(0, 'a', 10);
    await clock.advance(11);
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
