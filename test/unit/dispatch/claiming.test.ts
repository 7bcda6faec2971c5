import { expect } from 'chai';
import { createClaimer } from '../../../src/dispatch/claiming.ts';
import type { ClaimResult } from '../../../src/dispatch/lease.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { ClaimBatch, ClaimRequest } from '../../../src/store/lease-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../support/deferred.ts';
import { recordingLog } from '../support/log.ts';
import { claimedMessage } from '../support/messages.ts';

const LEASE_MS = 1000;
const AWAY = new StoreUnavailableError(new Error('connection closed'));

describe('dispatch: claiming', () => {
  let clock: FakeClock;
  let requests: ClaimRequest[];
  /** What the store does with each try, in order; when they are used up it takes `a`. */
  let answers: (ClaimBatch | Error)[];
  /** How many messages each claim took; `undefined` for one without an answer. */
  let counted: (number | undefined)[];
  let claimDue: (limit?: number, partition?: number) => Promise<ClaimResult | undefined>;

  beforeEach(() => {
    clock = new FakeClock();
    requests = [];
    answers = [];
    counted = [];
    let tokens = 0;
    const claim = createClaimer({
      claim: (request) => {
        requests.push(request);
        const answer = answers.shift() ?? {
          messages: [claimedMessage('a')],
          deferred: [],
          moreDue: true,
        };
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      newToken: () => `token-${++tokens}`,
      leaseMs: LEASE_MS,
      meter: {
        claimed: (messages) => void counted.push(messages),
        claimUnanswered: () => void counted.push(undefined),
      },
      clock,
      log: recordingLog().log,
    });
    claimDue = (limit = 7, partition = 3) => claim(partition, limit);
  });

  const tokens = () => requests.map(({ token }) => token);

  it('counts what each claim took, and those without an answer', async () => {
    const unanswered = new StoreUnavailableError(new Error('connection closed'));
    answers = [unanswered, { messages: [], deferred: [], moreDue: false }];
    for (let i = 0; i < 3; i += 1) await claimDue();
    expect(counted).to.deep.equal([undefined, 0, 1]);
  });

  it('asks for what it is told to ask for and passes the batch on with its lease', async () => {
    await clock.advance(50);
    const message = claimedMessage('a');
    const deferred = [{ id: 'b', origin: 'http://slow' }];
    answers = [{ messages: [message], deferred, moreDue: true }];
    expect(await claimDue(7)).to.deep.equal({
      leases: [{ message, claimedAt: 50, endsAt: 50 + LEASE_MS }],
      deferred,
      moreDue: true,
    });
    expect(requests).to.deep.equal([
      { partition: 3, limit: 7, leaseMs: LEASE_MS, token: 'token-1' },
    ]);
  });

  it('repeats an unanswered claim with the same token, until it is answered', async () => {
    answers = [AWAY, AWAY];
    expect(await claimDue()).to.equal(undefined);
    expect(await claimDue(5)).to.equal(undefined);
    expect((await claimDue())?.leases).to.have.length(1);
    expect(tokens()).to.deep.equal(['token-1', 'token-1', 'token-1']);
    expect(requests.map(({ limit }) => limit)).to.deep.equal([7, 5, 7]);
    await claimDue();
    expect(tokens().at(-1)).to.equal('token-2');
  });

  it('counts the lease from the first try, for that may have taken it', async () => {
    answers = [AWAY, AWAY];
    await claimDue();
    await clock.advance(100);
    await claimDue();
    await clock.advance(100);
    const leases = (await claimDue())?.leases ?? [];
    expect(leases.map(({ claimedAt, endsAt }) => [claimedAt, endsAt])).to.deep.equal([
      [200, LEASE_MS],
    ]);
  });

  it('begins anew when the lease of an unanswered claim is over: what it took is ours no more', async () => {
    answers = [AWAY];
    await claimDue();
    await clock.advance(LEASE_MS);
    const leases = (await claimDue())?.leases ?? [];
    expect(tokens()).to.deep.equal(['token-1', 'token-2']);
    expect(leases.map(({ endsAt }) => endsAt)).to.deep.equal([2 * LEASE_MS]);
  });

  it('repeats for each partition its own', async () => {
    answers = [AWAY, AWAY];
    await claimDue(7, 1);
    await claimDue(7, 2);
    await claimDue(7, 3);
    await claimDue(7, 2);
    await claimDue(7, 1);
    expect(tokens()).to.deep.equal(['token-1', 'token-2', 'token-3', 'token-2', 'token-1']);
  });

  for (const error of [new Error('a bug in the script'), new StoreFullError('OOM')]) {
    it(`passes on what repeating cannot help: ${error.message}`, async () => {
      answers = [error];
      expect(await rejection(claimDue())).to.equal(error);
      expect(requests).to.have.length(1);
    });
  }
});
