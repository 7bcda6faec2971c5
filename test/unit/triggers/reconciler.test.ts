import { expect } from 'chai';
import type { AuditStep } from '../../../src/store/upkeep.ts';
import { Reconciler } from '../../../src/triggers/reconciler.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

const INTERVAL_MS = 10_000;
const RETENTION_MS = 86_400_000;
const AUDIT_STEP_PAUSE_MS = 100;

/** A step of a walk that has found nothing. */
const NOTHING: AuditStep = { rearmed: 0, enrolled: 0, unreadable: [], foreign: 0 };

describe('triggers: reconciler', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let sweeps: string[];
  let steps: number;
  let overdue: number[];
  let saturated: boolean;
  let purged: number;
  let ourTurn: boolean;
  let rests: number[];
  let broken: boolean;
  /** What a walk over all messages finds, step by step. */
  let walk: Iterable<AuditStep>;
  let reconciler: Reconciler;

  const warnings = () => entries.filter(({ level }) => level >= LEVEL.warn);

  beforeEach(() => {
    clock = new FakeClock();
    sweeps = [];
    steps = 0;
    overdue = [0];
    saturated = false;
    purged = 0;
    ourTurn = true;
    rests = [];
    broken = false;
    walk = [NOTHING];
    const recorder = recordingLog();
    entries = recorder.entries;
    reconciler = new Reconciler({
      upkeep: {
        peek: (graceMs) => {
          sweeps.push(`peek ${graceMs}`);
          if (broken) return Promise.reject(new Error('connection closed'));
          return Promise.resolve(overdue.map((n, partition) => ({ partition, overdue: n })));
        },
        purge: (retentionMs, limit) => {
          sweeps.push(`purge ${retentionMs} ${limit}`);
          return Promise.resolve(purged);
        },
        takeAuditTurn: () => Promise.resolve(ourTurn),
        endAuditTurn: (restMs) => {
          rests.push(restMs);
          return Promise.resolve();
        },
        async *audit() {
          for (const step of walk) {
            steps += 1;
            yield await Promise.resolve(step);
          }
        },
      },
      dispatcher: {
        wakeAll: () => {
          sweeps.push('wake all');
          // What it claims leaves no room: must not hide that there was some.
          saturated = true;
        },
        isSaturated: () => saturated,
      },
      intervalMs: INTERVAL_MS,
      failedRetentionMs: RETENTION_MS,
      clock,
      log: recorder.log,
    });
  });
  afterEach(async () => {
    await reconciler.stop();
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  const start = async () => {
    await reconciler.start();
    await settle();
  };

  it('sweeps at its start: looks, wakes everyone, purges what is past its retention', async () => {
    await start();
    expect(sweeps).to.deep.equal(['peek 0', 'wake all', `purge ${RETENTION_MS} 1000`]);
  });

  it('holds everything due at its start for missed, later only what is due for over a second', async () => {
    broken = true;
    await start();
    broken = false;
    for (let i = 0; i < 3; i += 1) {
      reconciler.sweepNow();
      await settle();
    }
    const peeks = () => sweeps.filter((call) => call.startsWith('peek'));
    // The first one found nothing out: it does not count as the first look.
    expect(peeks()).to.deep.equal(['peek 0', 'peek 0', 'peek 1000', 'peek 1000']);
    await reconciler.stop();
    await start();
    expect(peeks().at(-1)).to.equal('peek 0');
  });

  it('sweeps again after each interval, give or take a fifth', async () => {
    await start();
    await clock.advance(INTERVAL_MS * 0.8 - 1);
    expect(sweeps).to.have.length(3);
    await clock.advance(INTERVAL_MS * 0.4 + 1);
    expect(sweeps).to.have.length(6);
  });

  it('sweepNow does not wait for the interval', async () => {
    await start();
    reconciler.sweepNow();
    await settle();
    expect(sweeps).to.have.length(6);
    expect(clock.now()).to.equal(0);
  });

  it('counts what is overdue in all partitions, though there was room, as missed', async () => {
    overdue = [2, 0, 3];
    await start();
    expect(reconciler.missedCount()).to.equal(5);
    expect(warnings().map((entry) => entry.overdue)).to.deep.equal([5]);
    saturated = false;
    overdue = [1];
    reconciler.sweepNow();
    await settle();
    expect(reconciler.missedCount()).to.equal(6);
  });

  it('counts nothing as missed while there was no room: it waits for us, not for an event', async () => {
    overdue = [5];
    saturated = true;
    await start();
    expect(sweeps).to.include('wake all');
    expect(reconciler.missedCount()).to.equal(0);
    expect(warnings()).to.deep.equal([]);
  });

  it('counts nothing when nothing is overdue', async () => {
    await start();
    expect(reconciler.missedCount()).to.equal(0);
    expect(warnings()).to.deep.equal([]);
  });

  it('says what it has purged, if anything', async () => {
    await start();
    expect(entries).to.deep.equal([]);
    purged = 7;
    reconciler.sweepNow();
    await settle();
    expect(entries.map((entry) => entry.purged)).to.deep.equal([7]);
  });

  it('goes on after a sweep that failed', async () => {
    broken = true;
    await start();
    expect(warnings()).to.have.length(1);
    broken = false;
    await clock.advance(INTERVAL_MS * 1.2);
    expect(sweeps).to.include('wake all');
  });

  it('walks all messages, step by step, to the end, and again after each interval', async () => {
    walk = [NOTHING, { ...NOTHING, rearmed: 2 }, NOTHING];
    await start();
    expect(steps).to.equal(1);
    await clock.advance(AUDIT_STEP_PAUSE_MS - 1);
    expect(steps).to.equal(1);
    await clock.advance(1);
    await clock.advance(AUDIT_STEP_PAUSE_MS);
    expect(steps).to.equal(3);
    expect(warnings().map(({ rearmed }) => rearmed)).to.deep.equal([2]);
    expect(rests).to.deep.equal([]);
    await clock.advance(AUDIT_STEP_PAUSE_MS + INTERVAL_MS * 0.8 - 1);
    expect(steps).to.equal(3);
    await clock.advance(INTERVAL_MS * 0.4 + 1);
    expect(rests[0]).to.equal(INTERVAL_MS * 0.75);
    expect(steps).to.be.above(3);
  });

  it('an endless walk does not keep it from stopping, nor from sweeping', async () => {
    walk = (function* endless() {
      for (;;) yield NOTHING;
    })();
    await start();
    await clock.advance(INTERVAL_MS * 1.2);
    expect(sweeps.length).to.be.above(3);
    const before = steps;
    await reconciler.stop();
    await clock.advance(INTERVAL_MS);
    expect(steps).to.equal(before);
  });

  it('leaves the walk to the replica whose turn it is', async () => {
    ourTurn = false;
    await reconciler.start();
    await settle();
    expect(steps).to.equal(0);
  });

  it('tells of messages written by hand, and names each it cannot read once', async () => {
    const odd = { id: 'odd', reason: 'scheduleTo must be a time' };
    walk = [
      { ...NOTHING, enrolled: 2, unreadable: [odd] },
      { ...NOTHING, unreadable: [odd] },
    ];
    await start();
    await clock.advance(AUDIT_STEP_PAUSE_MS * 3);
    const told = () => entries.filter(({ msg }) => msg.includes('written by hand'));
    expect(told().map(({ enrolled, id, reason }) => ({ enrolled, id, reason }))).to.deep.equal([
      { enrolled: 2, id: undefined, reason: undefined },
      { enrolled: undefined, ...odd },
    ]);
    const mended = { ...odd, reason: 'webhookUrl must be a URL' };
    walk = [{ ...NOTHING, unreadable: [odd, mended] }];
    await clock.advance(INTERVAL_MS * 1.3);
    await clock.advance(AUDIT_STEP_PAUSE_MS * 2);
    expect(
      told()
        .slice(2)
        .map(({ reason }) => reason),
    ).to.deep.equal([mended.reason]);
  });

  it('names no more of them than a log can bear', async () => {
    const unreadable = Array.from({ length: 500 }, (_, i) => ({ id: `odd-${i}`, reason: 'odd' }));
    walk = [{ ...NOTHING, unreadable }];
    await start();
    await clock.advance(AUDIT_STEP_PAUSE_MS * 2);
    expect(warnings()).to.have.length(100);
  });

  it('says so when messages are stored under another number of partitions', async () => {
    walk = [
      { ...NOTHING, foreign: 3 },
      { ...NOTHING, foreign: 1 },
    ];
    await reconciler.start();
    await clock.advance(1000);
    expect(entries.filter(({ foreign }) => foreign === 4)).to.have.length(1);
  });
});
