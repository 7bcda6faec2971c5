import { expect } from 'chai';
import type { Outcome } from '../../../src/domain/outcome.ts';
import { decideSettlement } from '../../../src/domain/settlement.ts';
import { DEFAULT_POLICY as policy } from '../support/messages.ts';

const FAILURES: Outcome[] = [
  { kind: 'rejected', statusCode: 500, error: 'the receiver answered 500' },
  { kind: 'timeout', error: 'no answer within 30000 ms' },
  { kind: 'unreachable', error: 'connect ECONNREFUSED' },
];

describe('domain: settlement', () => {
  it('completes a delivered message, on the last attempt too', () => {
    for (const attempt of [1, policy.maxAttempts, policy.maxAttempts + 1]) {
      const settlement = decideSettlement(
        { kind: 'delivered', statusCode: 204 },
        attempt,
        policy,
        0,
      );
      expect(settlement).to.deep.equal({ kind: 'complete' });
    }
  });

  it('releases an interrupted attempt, on the last attempt too: it is not spent', () => {
    for (const attempt of [1, policy.maxAttempts]) {
      const settlement = decideSettlement(
        { kind: 'interrupted', error: 'stopping' },
        attempt,
        policy,
        0,
      );
      expect(settlement).to.deep.equal({ kind: 'release' });
    }
  });

  for (const outcome of FAILURES) {
    it(`retries after ${outcome.kind} until the attempts are spent, then fails`, () => {
      const error = 'error' in outcome ? outcome.error : '';
      const kinds = [1, 2, 3, 4, 5, 6].map((attempt) =>
        decideSettlement(outcome, attempt, policy, 0.5),
      );
      expect(kinds).to.deep.equal([
        { kind: 'retry', delayMs: 5000, error },
        { kind: 'retry', delayMs: 20_000, error },
        { kind: 'retry', delayMs: 80_000, error },
        { kind: 'retry', delayMs: 320_000, error },
        { kind: 'fail', error },
        // A worker that died may have spent more than there are: still the end.
        { kind: 'fail', error },
      ]);
    });
  }

  it('with one attempt in all, fails at the first', () => {
    const [outcome] = FAILURES as [Outcome];
    const settlement = decideSettlement(outcome, 1, { ...policy, maxAttempts: 1 }, 0);
    expect(settlement.kind).to.equal('fail');
  });

  for (const outcome of [
    { kind: 'rejected', statusCode: 410, error: 'the receiver answered 410' },
    { kind: 'refused', error: '169.254.169.254 is link-local' },
    { kind: 'expired', error: 'too late' },
  ] as const) {
    it(`after ${outcome.error} fails at once, however many attempts are left`, () => {
      const { error } = outcome;
      expect(decideSettlement(outcome, 1, policy, 0)).to.deep.equal({ kind: 'fail', error });
    });
  }

  it('keeps what the receiver answered, of a retry and of a failure', () => {
    const outcome = { ...FAILURES[0], answer: 'no such hook' } as Outcome;
    expect(decideSettlement(outcome, 1, policy, 0.5)).to.include({ answer: 'no such hook' });
    expect(decideSettlement(outcome, 5, policy, 0.5)).to.include({ answer: 'no such hook' });
  });
});

describe('domain: a receiver that asks to be tried again later', () => {
  /** The delay after an attempt that was answered so. */
  function delayOf(retryAfterMs: number, { attempt = 1, random = 0, capMs = 3_600_000 } = {}) {
    const outcome = { kind: 'rejected', statusCode: 503, error: '', retryAfterMs } as const;
    const own = { ...policy, retryAfterCapMs: capMs };
    const settlement = decideSettlement(outcome, attempt, own, random);
    return settlement.kind === 'retry' ? settlement.delayMs : undefined;
  }

  it('is tried again no sooner than it asks', () => {
    expect(delayOf(60_000)).to.equal(60_000);
    for (const random of [0, 0.3, 0.99]) expect(delayOf(60_000, { random })).to.be.least(60_000);
  });

  it('is not obeyed beyond the cap', () => {
    expect(delayOf(10 * 3_600_000)).to.equal(3_600_000);
    expect(delayOf(Number.MAX_VALUE, { capMs: 7000 })).to.equal(7000);
    // Without a cap to speak of the backoff alone counts.
    expect(delayOf(60_000, { capMs: 0, random: 0.5 })).to.equal(5000);
  });

  it('cannot have it sooner than the backoff', () => {
    expect(delayOf(0, { random: 0.5 })).to.equal(5000);
    expect(delayOf(1000, { attempt: 3, random: 0.5 })).to.equal(80_000);
  });

  it('does not get all it sent away back at the same instant', () => {
    expect(delayOf(60_000, { random: 0.5 })).to.equal(66_000);
    expect(delayOf(60_000, { random: 0.25 })).to.equal(63_000);
  });

  it('spends its attempts all the same', () => {
    expect(delayOf(60_000, { attempt: 5 })).to.equal(undefined);
  });
});
