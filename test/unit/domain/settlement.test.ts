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
});
