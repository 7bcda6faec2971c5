import { expect } from 'chai';
import { createAttempt } from '../../../src/dispatch/attempt.ts';
import { createSettler } from '../../../src/dispatch/settling.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import type { Settlement, SettleResult } from '../../../src/domain/settlement.ts';
import type { AttemptRecord } from '../../../src/store/codec.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { rejection } from '../support/deferred.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';
import { claimedMessage, DEFAULT_POLICY } from '../support/messages.ts';

const TIMEOUT_MS = 300;
const LEASE_MS = 1000;
const AWAY = new StoreUnavailableError(new Error('connection closed'));

interface Settled {
  readonly settlement: Settlement;
  readonly record: AttemptRecord;
}

describe('dispatch: attempt', () => {
  let clock: FakeClock;
  let aborter: AbortController;
  let entries: LogEntry[];
  let sent: string[];
  let settled: Settled[];
  let outcome: Outcome;
  /** How long the receiver takes, in ms. */
  let answerMs: number;
  /** What the store answers to each settle, in order; `completed` when used up. */
  let answers: (SettleResult | Error)[];
  let done: boolean;
  /** Outcomes and results, as they were counted. */
  let counted: string[][];

  /** Begins an attempt of a message claimed at time 0. */
  function begin(over: Parameters<typeof claimedMessage>[1] = {}): Promise<void> {
    const { log, entries: lines } = recordingLog();
    entries = lines;
    const attempt = createAttempt({
      deliver: async (message) => {
        sent.push(message.id);
        if (answerMs > 0) await new Promise<void>((resolve) => clock.after(answerMs, resolve));
        return outcome;
      },
      settle: createSettler({
        settle: (_message, settlement, record) => {
          settled.push({ settlement, record });
          const answer = answers.shift() ?? 'completed';
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
        clock,
      }),
      policy: DEFAULT_POLICY,
      timeoutMs: TIMEOUT_MS,
      meter: { attempted: ({ outcome }, result) => void counted.push([outcome, result]) },
      clock,
      log,
      random: () => 0.5,
    });
    done = false;
    const lease = { message: claimedMessage('a', over), claimedAt: 0, endsAt: LEASE_MS };
    return attempt(lease, aborter.signal).then(async ({ settled }) => {
      await settled;
      done = true;
    });
  }

  const settlements = () => settled.map(({ settlement }) => settlement);

  beforeEach(() => {
    clock = new FakeClock();
    aborter = new AbortController();
    sent = [];
    settled = [];
    outcome = { kind: 'delivered', statusCode: 200 };
    answerMs = 0;
    answers = [];
    counted = [];
  });
  afterEach(() => {
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('completes what was delivered', async () => {
    await begin();
    expect(sent).to.deep.equal(['a']);
    expect(settlements()).to.deep.equal([{ kind: 'complete' }]);
    expect(counted).to.deep.equal([['delivered', 'completed']]);
  });

  it('has a failure retried after the delay of the policy', async () => {
    outcome = { kind: 'rejected', statusCode: 503, error: 'the receiver answered 503' };
    await begin({ attempt: 3 });
    expect(settlements()).to.deep.equal([
      { kind: 'retry', delayMs: 80_000, error: 'the receiver answered 503' },
    ]);
  });

  it('fails the message when the last attempt fails', async () => {
    outcome = { kind: 'timeout', error: 'too slow' };
    await begin({ attempt: 5 });
    expect(settlements()).to.deep.equal([{ kind: 'fail', error: 'too slow' }]);
  });

  it('releases an interrupted attempt', async () => {
    outcome = { kind: 'interrupted', error: 'stopping' };
    await begin({ attempt: 5 });
    expect(settlements()).to.deep.equal([{ kind: 'release' }]);
  });

  it('records how late it was sent and how long it took, in whole ms', async () => {
    await clock.advance(20.4);
    answerMs = 100.3;
    const attempt = begin({ attempt: 2, claimLateness: 5 });
    await clock.advance(101);
    await attempt;
    expect(settled[0]?.record).to.deep.equal({
      attempt: 2,
      outcome: 'delivered',
      statusCode: 200,
      lateness: 25,
      duration: 100,
      error: '',
    });
  });

  it('records why it failed, and 0 where the receiver did not answer', async () => {
    outcome = { kind: 'unreachable', error: 'ECONNREFUSED' };
    await begin();
    expect(settled[0]?.record).to.include({ statusCode: 0, error: 'ECONNREFUSED' });
  });

  it('logs one line with the id, the outcome and what the store made of it', async () => {
    answers = ['lost-claim'];
    await begin();
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({
      id: 'a',
      outcome: 'delivered',
      settlement: 'complete',
      result: 'lost-claim',
    });
    expect(entries[0]).to.not.have.any.keys('error', 'traceId');
  });

  it('does not send what cannot be decrypted: it fails at once, and the log warns of it', async () => {
    const unreadable = 'payload key "k1" is not configured';
    await begin({ unreadable });
    expect(sent).to.deep.equal([]);
    expect(settlements()).to.deep.equal([{ kind: 'fail', error: unreadable }]);
    expect(entries[0]).to.include({ level: LEVEL.warn, outcome: 'unreadable', error: unreadable });
  });

  it('names the host in that line, without what the URL confides, and the trace', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const hosts = {
      'HTTPS://u:p@a.example:8443/x?k=v': 'a.example:8443',
      'http://[::1]/': '[::1]',
    };
    for (const [webhookUrl, host] of Object.entries({ ...hosts, nonsense: '' })) {
      await begin({ webhookUrl, trace: { traceparent } });
      expect(entries.at(-1)).to.include({ host, traceId: 'a'.repeat(32) });
    }
  });

  it('sends as long as the timeout ends within the lease', async () => {
    await clock.advance(LEASE_MS - TIMEOUT_MS);
    await begin();
    expect(sent).to.deep.equal(['a']);
  });

  it('does not send when the lease is nearly over, and releases', async () => {
    await clock.advance(LEASE_MS - TIMEOUT_MS + 1);
    await begin();
    expect(sent).to.deep.equal([]);
    expect(settlements()).to.deep.equal([{ kind: 'release' }]);
    expect(settled[0]?.record.outcome).to.equal('interrupted');
  });

  for (const error of [AWAY, new StoreFullError('OOM')]) {
    it(`repeats the same settle every 100 ms until it is answered (${error.code})`, async () => {
      answers = [error, error];
      const attempt = begin();
      await clock.advance(199);
      expect(settled).to.have.length(2);
      await clock.advance(1);
      await attempt;
      expect(settled).to.have.length(3);
      expect(new Set(settlements()).size).to.equal(1);
      expect(sent).to.deep.equal(['a']);
    });
  }

  it('gives up settling when the lease is over', async () => {
    answers = Array.from({ length: 100 }, () => AWAY);
    const attempt = begin();
    await clock.advance(LEASE_MS - 1);
    expect(done).to.equal(false);
    await clock.advance(1);
    await attempt;
    expect(settled).to.have.length(10);
    expect(entries[0]?.result).to.equal('unanswered');
    expect(counted).to.deep.equal([['delivered', 'unanswered']]);
  });

  it('does not send what it is to give back already', async () => {
    aborter.abort();
    await begin();
    expect(sent).to.deep.equal([]);
    expect(settlements()).to.deep.equal([{ kind: 'release' }]);
  });

  it('tries to settle once after the drain deadline, and no more', async () => {
    answers = [AWAY, AWAY];
    answerMs = 50;
    outcome = { kind: 'interrupted', error: 'stopping' };
    const attempt = begin();
    aborter.abort();
    await clock.advance(50);
    await attempt;
    expect(settlements()).to.deep.equal([{ kind: 'release' }]);
    expect(entries[0]?.result).to.equal('unanswered');
  });

  it('stops repeating at once when the drain deadline comes', async () => {
    answers = Array.from({ length: 100 }, () => AWAY);
    const attempt = begin();
    await clock.advance(150);
    expect(done).to.equal(false);
    aborter.abort();
    await attempt;
    expect(settled).to.have.length(2);
  });

  it('passes a bug on at once: repeating it cannot help', async () => {
    const bug = new Error('ERR user_script:3: a bug');
    answers = [bug];
    expect(await rejection(begin())).to.equal(bug);
    await settle();
    expect(settled).to.have.length(1);
  });
});
