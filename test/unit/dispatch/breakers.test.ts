import { expect } from 'chai';
import fc from 'fast-check';
import { Breakers, type BreakersOptions } from '../../../src/dispatch/breakers.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

const X = 'http://x.example';
const HOUR_MS = 3_600_000;

const answered = (statusCode: number): Outcome =>
  statusCode < 300
    ? { kind: 'delivered', statusCode }
    : { kind: 'rejected', statusCode, error: `${statusCode}` };

const WELL = answered(200);
const ILL = answered(500);

describe('dispatch: breakers', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let breakers: Breakers;

  function begin(over: Partial<BreakersOptions> = {}): void {
    const { log, entries: lines } = recordingLog();
    entries = lines;
    breakers = new Breakers({ threshold: 3, openMs: 100, capMs: 350, clock, log, ...over });
  }

  const note = (outcome: Outcome, times = 1, origin = X) => {
    for (let i = 0; i < times; i += 1) breakers.note(origin, outcome);
  };
  const states = () => breakers.notClosed().map(({ origin, state }) => [origin, state]);

  beforeEach(() => {
    clock = new FakeClock();
    begin();
  });

  it('opens after so many failures in a row, for that origin alone', () => {
    note(ILL, 2);
    expect([breakers.allowance(X), states()]).to.deep.equal([Number.POSITIVE_INFINITY, []]);
    note(ILL);
    expect([breakers.allowance(X), states()]).to.deep.equal([0, [[X, 'open']]]);
    expect(breakers.allowance('http://y.example')).to.equal(Number.POSITIVE_INFINITY);
  });

  it('counts from nothing again after a success', () => {
    for (const outcome of [ILL, ILL, WELL, ILL, ILL]) note(outcome);
    expect(states()).to.deep.equal([]);
  });

  const ill: Outcome[] = [
    ...[500, 502, 503, 599, 429].map(answered),
    { kind: 'timeout', error: 'e' },
    { kind: 'unreachable', error: 'e' },
  ];
  const well = [200, 204, 301, 400, 404, 410].map(answered);
  const neither: Outcome[] = [
    { kind: 'refused', error: 'e' },
    { kind: 'expired', error: 'e' },
    { kind: 'interrupted', error: 'e' },
  ];
  const say = (outcome: Outcome) =>
    'statusCode' in outcome ? `${outcome.statusCode}` : outcome.kind;

  for (const outcome of ill) {
    it(`counts ${say(outcome)} as a failure of the receiver`, () => {
      note(outcome, 3);
      expect(breakers.allowance(X)).to.equal(0);
    });
  }
  for (const outcome of well) {
    it(`takes ${say(outcome)} for a sign of life`, () => {
      for (const one of [ILL, ILL, outcome, ILL, ILL]) note(one);
      expect(states()).to.deep.equal([]);
    });
  }
  for (const outcome of neither) {
    it(`learns nothing from ${say(outcome)}`, () => {
      for (const one of [outcome, ILL, ILL, outcome]) note(one);
      expect(states()).to.deep.equal([]);
      note(ILL);
      expect(states()).to.deep.equal([[X, 'open']]);
    });
  }

  it('is half-open after its time: one attempt, the probe', async () => {
    note(ILL, 3);
    await clock.advance(99);
    expect(breakers.allowance(X)).to.equal(0);
    await clock.advance(1);
    expect([breakers.allowance(X), states()]).to.deep.equal([1, [[X, 'half-open']]]);
  });

  it('closes with a success, and then has to fail as often as before', async () => {
    note(ILL, 3);
    await clock.advance(100);
    note(WELL);
    expect([breakers.allowance(X), states()]).to.deep.equal([Number.POSITIVE_INFINITY, []]);
    note(ILL, 2);
    expect(states()).to.deep.equal([]);
  });

  it('stays open for twice as long after each probe that fails, up to the cap', async () => {
    note(ILL, 3);
    for (const forMs of [100, 200, 350, 350]) {
      await clock.advance(forMs - 1);
      expect(states()).to.deep.equal([[X, 'open']]);
      await clock.advance(1);
      expect(states()).to.deep.equal([[X, 'half-open']]);
      note(ILL);
    }
  });

  it('does not count against its probe what was under way when it opened', async () => {
    note(ILL, 3);
    await clock.advance(50);
    note(ILL, 60);
    await clock.advance(50);
    expect(states()).to.deep.equal([[X, 'half-open']]);
  });

  it('has messages wait until shortly after its time, and during the probe as long again', async () => {
    expect(breakers.deferMs(X)).to.equal(0);
    note(ILL, 3);
    expect(breakers.deferMs(X)).to.equal(110);
    await clock.advance(60.5);
    expect(breakers.deferMs(X)).to.equal(50);
    await clock.advance(40);
    expect(breakers.deferMs(X)).to.equal(110);
  });

  it('says once that it opened, and once that it closed', async () => {
    note(ILL, 5);
    for (let probes = 0; probes < 5; probes += 1) {
      await clock.advance(1000);
      note(ILL);
    }
    note(WELL, 2);
    expect(entries.map(({ level, origin }) => [level, origin])).to.deep.equal([
      [LEVEL.warn, X],
      [LEVEL.info, X],
    ]);
    expect(entries[0]).to.include({ failures: 3, forMs: 100 });
    note(ILL, 3);
    expect(entries).to.have.length(3);
  });

  it('never opens when it is turned off', () => {
    begin({ threshold: 0 });
    note(ILL, 1000);
    expect([states(), entries]).to.deep.equal([[], []]);
  });

  it('forgets a receiver to which nothing is sent any more', async () => {
    note(ILL, 3);
    await clock.advance(100 + HOUR_MS);
    expect(states()).to.deep.equal([[X, 'half-open']]);
    await clock.advance(1);
    expect([states(), breakers.allowance(X)]).to.deep.equal([[], Number.POSITIVE_INFINITY]);
  });

  it('knows a bounded number of receivers: those that failed last', () => {
    for (let i = 0; i < 1500; i += 1) note(ILL, 3, `http://${i}`);
    const known = breakers.notClosed();
    expect(known).to.have.length(1000);
    expect([known[0]?.origin, known.at(-1)?.origin]).to.deep.equal(['http://500', 'http://1499']);
  });

  it('lets no more failures in a row through than the threshold, but for one probe a time', async () => {
    let inARow: number;
    let failedAt: number;
    /** An attempt, where there may be one. */
    const attempt = (ends: 'ill' | 'well') => {
      const allowance = breakers.allowance(X);
      if (allowance === 0) return;
      expect(allowance === 1).to.equal(inARow >= 3);
      if (allowance === 1) expect(clock.now() - failedAt).to.be.at.least(100);
      inARow = ends === 'ill' ? inARow + 1 : 0;
      failedAt = clock.now();
      note(ends === 'ill' ? ILL : WELL);
    };
    const step = fc.oneof(
      fc.constantFrom('ill' as const, 'well' as const),
      fc.integer({ min: 1, max: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        clock = new FakeClock();
        [inARow, failedAt] = [0, 0];
        begin();
        for (const one of steps) {
          if (typeof one === 'number') await clock.advance(one);
          else attempt(one);
        }
      }),
    );
  });
});
