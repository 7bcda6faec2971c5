import { expect } from 'chai';
import { createClaimer } from '../../../src/dispatch/claiming.ts';
import type { ClaimResult } from '../../../src/dispatch/dispatcher.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { ClaimBatch, ClaimRequest } from '../../../src/store/lease-store.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { rejection } from '../support/deferred.ts';
import { recordingLog } from '../support/log.ts';
import { claimedMessage } from '../support/messages.ts';

const LEASE_MS = 1000;
const AWAY = new StoreUnavailableError(new Error('connection closed'));

describe('dispatch: claiming', () => {
  let clock: FakeClock;
  let aborter: AbortController;
  let requests: ClaimRequest[];
  /** What the store does with each try, in order; when they are used up it takes `a`. */
  let answers: (ClaimBatch | Error)[];
  let claimDue: (limit?: number) => Promise<ClaimResult>;

  beforeEach(() => {
    clock = new FakeClock();
    aborter = new AbortController();
    requests = [];
    answers = [];
    let tokens = 0;
    const claim = createClaimer({
      claim: (request) => {
        requests.push(request);
        const answer = answers.shift() ?? { messages: [claimedMessage('a')], moreDue: true };
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      newToken: () => `token-${++tokens}`,
      leaseMs: LEASE_MS,
      clock,
      log: recordingLog().log,
    });
    claimDue = (limit = 7) => claim(3, limit, aborter.signal);
  });
  afterEach(() => {
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('asks for what it is told to ask for and passes the batch on with its lease', async () => {
    await clock.advance(50);
    const message = claimedMessage('a');
    answers = [{ messages: [message], moreDue: true }];
    expect(await claimDue(7)).to.deep.equal({
      leases: [{ message, claimedAt: 50, endsAt: 50 + LEASE_MS }],
      moreDue: true,
    });
    expect(requests).to.deep.equal([
      { partition: 3, limit: 7, leaseMs: LEASE_MS, token: 'token-1' },
    ]);
  });

  it('repeats an unanswered claim with the same token, every 100 ms, until it is answered', async () => {
    answers = [AWAY, AWAY, AWAY];
    const claimed = claimDue();
    await clock.advance(299);
    expect(requests).to.have.length(3);
    await clock.advance(1);
    await claimed;
    expect(requests).to.have.length(4);
    expect(new Set(requests.map(({ token }) => token)).size).to.equal(1);
  });

  it('counts the lease from the first try, for that may have taken it', async () => {
    answers = [AWAY, AWAY];
    const claimed = claimDue();
    await clock.advance(200);
    const { leases } = await claimed;
    expect(leases.map(({ claimedAt, endsAt }) => [claimedAt, endsAt])).to.deep.equal([
      [200, LEASE_MS],
    ]);
  });

  it('uses another token for another claim', async () => {
    await claimDue();
    await claimDue();
    expect(requests.map(({ token }) => token)).to.deep.equal(['token-1', 'token-2']);
  });

  it('gives up at once when it is told to, empty-handed', async () => {
    answers = [AWAY, AWAY];
    const claimed = claimDue();
    await clock.advance(50);
    aborter.abort();
    expect(await claimed).to.deep.equal({ leases: [], moreDue: false });
    await clock.advance(1000);
    expect(requests).to.have.length(1);
  });

  it('does not even try when it was told before', async () => {
    aborter.abort();
    expect(await claimDue()).to.deep.equal({ leases: [], moreDue: false });
    expect(requests).to.have.length(0);
  });

  it('passes on a batch that arrives after it was told: it has been taken', async () => {
    const claimed = claimDue();
    aborter.abort();
    await settle();
    expect((await claimed).leases.map(({ message }) => message.id)).to.deep.equal(['a']);
  });

  for (const error of [new Error('a bug in the script'), new StoreFullError('OOM')]) {
    it(`does not repeat what repeating cannot help: ${error.message}`, async () => {
      answers = [error];
      expect(await rejection(claimDue())).to.equal(error);
      expect(requests).to.have.length(1);
    });
  }
});
