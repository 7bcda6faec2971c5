import { expect } from 'chai';
import { check } from '../../../../scripts/chaos/check.ts';
import {
  type Arrival,
  type Cancel,
  type Create,
  EMPTY_STATE,
  type FinalState,
  type History,
  HistoryLog,
} from '../../../../scripts/chaos/history.ts';

const RULES = { maxAttempts: 3, answerWithinMs: 10_000 };

const DUE = 10_000;

/** Acknowledged before its time, which is `DUE`. */
const created = (id: string, over: Partial<Create> = {}): Create => ({
  id,
  dueAt: DUE,
  sentAt: DUE - 1000,
  answeredAt: DUE - 990,
  outcome: 'acknowledged',
  ...over,
});

/** Accepted 5 ms after its time. */
const arrived = (id: string, over: Partial<Arrival> = {}): Arrival => ({
  id,
  payloadId: id,
  attempt: 1,
  at: DUE + 5,
  status: 204,
  ...over,
});

const cancelled = (id: string, over: Partial<Cancel> = {}): Cancel => ({
  id,
  sentAt: DUE - 100,
  answeredAt: DUE - 90,
  outcome: 'cancelled',
  ...over,
});

/** Judges a history; returns `kind about` of each violation, and the figures. */
function judge(events: Partial<History>, state: Partial<FinalState> = {}) {
  const history = { ...new HistoryLog(), ...events };
  const { violations, figures } = check(history, { ...EMPTY_STATE, ...state }, RULES);
  return { found: violations.map(({ kind, about }) => `${kind} ${about}`), figures };
}

describe('chaos: the history checker', () => {
  it('has nothing against messages that were delivered once and on time', () => {
    const { found, figures } = judge({
      creates: [created('a'), created('b')],
      arrivals: [arrived('a'), arrived('b', { at: DUE + 12 })],
    });
    expect(found).to.deep.equal([]);
    expect(figures).to.deep.equal({
      messages: 2,
      deliveries: 2,
      repeats: 0,
      lost: 0,
      worstLatenessMs: 12,
    });
  });

  describe('lost', () => {
    it('an acknowledged message that never arrived', () => {
      const { found, figures } = judge({ creates: [created('a')] });
      expect(found).to.deep.equal(['lost a']);
      expect(figures.lost).to.equal(1);
    });

    it('one that was refused by its receiver and then forgotten', () => {
      const arrivals = [arrived('a', { status: 500 })];
      expect(judge({ creates: [created('a')], arrivals }).found).to.deep.equal(['lost a']);
    });

    it('one whose cancel found nothing', () => {
      const cancels = [cancelled('a', { outcome: 'not-found' })];
      expect(judge({ creates: [created('a')], cancels }).found).to.deep.equal(['lost a']);
    });

    it('one that failed, and was not kept', () => {
      const arrivals = [1, 2, 3].map((attempt) => arrived('a', { attempt, status: 500 }));
      expect(judge({ creates: [created('a')], arrivals }).found).to.deep.equal(['lost a']);
    });

    it('not one that nobody acknowledged', () => {
      const creates = [created('a', { outcome: 'unknown' }), created('b', { outcome: 'refused' })];
      const { found, figures } = judge({ creates });
      expect(found).to.deep.equal([]);
      expect(figures.messages).to.equal(0);
    });

    for (const outcome of ['cancelled', 'in-flight', 'unknown'] as const) {
      it(`not one whose cancel was ${outcome}`, () => {
        const cancels = [cancelled('a', { outcome })];
        expect(judge({ creates: [created('a')], cancels }).found).to.deep.equal([]);
      });
    }

    it('is a figure and no violation where the fault excuses it, and only there', () => {
      const excuses = [{ fault: 'power loss', loss: { from: DUE - 1000, to: DUE } }];
      const creates = [created('a'), created('b', { answeredAt: DUE - 1001 })];
      const { found, figures } = judge({ creates, excuses });
      expect(found).to.deep.equal(['lost b']);
      expect(figures.lost).to.equal(2);
    });
  });

  describe('early', () => {
    it('a request one millisecond before its time', () => {
      const arrivals = [arrived('a', { at: DUE - 1 })];
      expect(judge({ creates: [created('a')], arrivals }).found).to.deep.equal(['early a']);
    });

    it('is told by the clock of Redis', () => {
      const creates = [created('a')];
      const at = (offsetMs: number) => [{ at: DUE - 500, offsetMs }];
      const soon = [arrived('a', { at: DUE - 100 })];
      expect(judge({ creates, arrivals: soon, clockShifts: at(200) }).found).to.deep.equal([]);
      expect(judge({ creates, arrivals: soon, clockShifts: at(99) }).found).to.deep.equal([
        'early a',
      ]);
    });

    it('not what was sent before the clock of Redis was set back', () => {
      const clockShifts = [{ at: DUE + 1, offsetMs: -60_000 }];
      const judged = judge({ creates: [created('a')], arrivals: [arrived('a')], clockShifts });
      expect(judged.found).to.deep.equal([]);
    });

    it('but what was sent long after that', () => {
      const clockShifts = [{ at: DUE - 100_000, offsetMs: -60_000 }];
      const judged = judge({ creates: [created('a')], arrivals: [arrived('a')], clockShifts });
      expect(judged.found).to.deep.equal(['early a']);
    });

    it('a clock of Redis that jumps ahead makes nothing late by as much', () => {
      const clockShifts = [{ at: DUE - 500, offsetMs: 60_000 }];
      const judged = judge({ creates: [created('a')], arrivals: [arrived('a')], clockShifts });
      expect(judged.figures.worstLatenessMs).to.equal(5);
    });

    it('lateness counts from the request for what was due before it', () => {
      const creates = [created('a', { dueAt: DUE - 60_000, sentAt: DUE })];
      expect(judge({ creates, arrivals: [arrived('a')] }).figures.worstLatenessMs).to.equal(5);
    });
  });

  describe('repeated', () => {
    const twice = [arrived('a'), arrived('a', { attempt: 2, at: DUE + 50 })];

    it('a message that arrives again after it was accepted', () => {
      const { found, figures } = judge({ creates: [created('a')], arrivals: twice });
      expect(found).to.deep.equal(['repeated a']);
      expect(figures).to.include({ deliveries: 2, repeats: 1 });
    });

    it('not one that its receiver had refused', () => {
      const arrivals = [arrived('a', { status: 500 }), arrived('a', { attempt: 2 })];
      const { found, figures } = judge({ creates: [created('a')], arrivals });
      expect(found).to.deep.equal([]);
      expect(figures.repeats).to.equal(0);
    });

    it('not one whose refused attempt, long held up, arrived after the accepted one', () => {
      const arrivals = [arrived('a', { attempt: 2 }), arrived('a', { status: 500 })];
      expect(judge({ creates: [created('a')], arrivals }).found).to.deep.equal([]);
    });

    it('not one that was replayed: its attempts begin anew', () => {
      const refused = [1, 2, 3].map((attempt) => arrived('a', { attempt, status: 500 }));
      const { found } = judge({ creates: [created('a')], arrivals: [...refused, arrived('a')] });
      expect(found).to.deep.equal([]);
    });

    it('not where a fault excuses it, as often as it does', () => {
      const arrivals = [...twice, ...twice.map((one) => ({ ...one, id: 'b', payloadId: 'b' }))];
      const creates = [created('a'), created('b')];
      const excuse = (atMost: number) => [
        { fault: 'SIGKILL', repeats: { from: DUE, to: DUE + 10, atMost } },
      ];
      expect(judge({ creates, arrivals, excuses: excuse(2) }).found).to.deep.equal([]);
      const { found, figures } = judge({ creates, arrivals, excuses: excuse(1) });
      expect(found).to.deep.equal(['repeated b']);
      expect(figures.repeats).to.equal(2);
    });

    it('also where the fault was over', () => {
      const excuses = [{ fault: 'SIGKILL', repeats: { from: 0, to: DUE, atMost: 9 } }];
      const judged = judge({ creates: [created('a')], arrivals: twice, excuses });
      expect(judged.found).to.deep.equal(['repeated a']);
    });
  });

  it('finds a message that came under another webhook-id', () => {
    const arrivals = [arrived('a'), arrived('b', { payloadId: 'a' })];
    const { found } = judge({ creates: [created('a'), created('b')], arrivals });
    expect(found).to.include('wrong-id a');
  });

  it('finds what nobody asked for, and what was refused', () => {
    const creates = [created('b', { outcome: 'refused' })];
    const arrivals = [arrived('a'), arrived('b')];
    expect(judge({ creates, arrivals }).found).to.deep.equal(['unasked a', 'refused-yet-sent b']);
  });

  it('finds requests that hung', () => {
    const creates = [created('a', { sentAt: DUE, answeredAt: DUE + 10_001 })];
    const cancels = [cancelled('a', { sentAt: DUE, answeredAt: DUE + 10_001 })];
    const { found } = judge({ creates, cancels, arrivals: [arrived('a')] });
    expect(found).to.include.members(['unanswered a', 'unanswered a']);
  });

  describe('sent after a cancel', () => {
    const creates = [created('a')];
    const after = [arrived('a'), arrived('a', { attempt: 2, status: 500 })];

    it('once is too often', () => {
      const { found } = judge({ creates, cancels: [cancelled('a')], arrivals: [arrived('a')] });
      expect(found).to.deep.equal(['sent-after-cancel a']);
    });

    it('once is what a cancel said that came too late', () => {
      const cancels = [cancelled('a', { outcome: 'in-flight' })];
      expect(judge({ creates, cancels, arrivals: [arrived('a')] }).found).to.deep.equal([]);
      expect(judge({ creates, cancels, arrivals: after }).found).to.include('sent-after-cancel a');
    });

    it('before it is no matter, nor is what the fault undid', () => {
      const cancels = [cancelled('a', { answeredAt: DUE + 10 })];
      expect(judge({ creates, cancels, arrivals: [arrived('a')] }).found).to.deep.equal([]);
      const span = { from: DUE - 100, to: DUE };
      for (const excuse of [{ loss: span }, { cancels: span }]) {
        const excuses = [{ fault: 'power loss', ...excuse }];
        const sent = { creates, cancels: [cancelled('a')], arrivals: [arrived('a')] };
        expect(judge({ ...sent, excuses }).found).to.deep.equal([]);
      }
    });
  });

  describe('leftovers', () => {
    const delivered = { creates: [created('a')], arrivals: [arrived('a')] };

    const LEFT: Record<string, Partial<FinalState>> = {
      'an orphan hash': { messages: new Map([['a', 'scheduled']]) },
      'a hash that is being delivered': { messages: new Map([['a', 'delivering']]) },
      'a failed hash that no index knows': { messages: new Map([['a', 'failed']]) },
      'an entry of the due index': { due: ['a'] },
      'an entry of the delivering index': { delivering: ['a'] },
      'a shadow key': { shadows: ['a'] },
      'a foreign key': { strangers: ['a'] },
    };
    for (const [what, state] of Object.entries(LEFT)) {
      it(what, () => {
        expect(judge(delivered, state).found).to.deep.equal(['leftover a']);
      });
    }

    const kept = { messages: new Map([['a', 'failed']]), failed: ['a'] };

    it('not a dead letter, if its receiver decided so', () => {
      const arrivals = [1, 2, 3].map((attempt) => arrived('a', { attempt, status: 500 }));
      expect(judge({ creates: [created('a')], arrivals }, kept).found).to.deep.equal([]);
    });

    it('not one whose first attempt, long held up, arrived last', () => {
      const arrivals = [2, 3, 1].map((attempt) => arrived('a', { attempt, status: 500 }));
      expect(judge({ creates: [created('a')], arrivals }, kept).found).to.deep.equal([]);
    });

    it('a dead letter that failed before its last attempt, which is lost as well', () => {
      const arrivals = [1, 2].map((attempt) => arrived('a', { attempt, status: 500 }));
      const { found } = judge({ creates: [created('a')], arrivals }, kept);
      expect(found).to.deep.equal(['lost a', 'leftover a']);
    });

    it('a dead letter that its receiver accepted', () => {
      expect(judge(delivered, kept).found).to.deep.equal(['leftover a']);
    });

    it('an index entry without its hash', () => {
      const arrivals = [1, 2, 3].map((attempt) => arrived('a', { attempt, status: 500 }));
      const { found } = judge({ creates: [created('a')], arrivals }, { failed: ['a'] });
      expect(found).to.deep.equal(['leftover a']);
    });
  });
});
