import { expect } from 'chai';
import type { ExpiryListener } from '../../../src/store/expiry-feed.ts';
import { ExpirySubscriber } from '../../../src/triggers/expiry-subscriber.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

const CHECK_MS = 2000;
const CHECKS_PER_CANARY = 15;

describe('triggers: expiry subscriber', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let calls: string[];
  let listener: ExpiryListener;
  let subscriber: ExpirySubscriber;
  /** Whether a canary's event arrives, and what Redis refuses. */
  let eventsFlow: boolean;
  let refuse: { config?: Error; ping?: Error; subscribe?: Error };

  const count = (call: string) => calls.filter((made) => made === call).length;
  const subscribed = async () => {
    listener.onLost();
    listener.onReady();
    await settle();
  };
  const answer = (error?: Error) => (error ? Promise.reject(error) : Promise.resolve());

  beforeEach(async () => {
    clock = new FakeClock();
    calls = [];
    eventsFlow = true;
    refuse = {};
    const recorder = recordingLog();
    entries = recorder.entries;
    const note = (call: string) => void calls.push(call);
    subscriber = new ExpirySubscriber({
      feed: {
        open: (given) => {
          listener = given;
          note('open');
        },
        close: () => note('close'),
        subscribe: () => {
          note('subscribe');
          return answer(refuse.subscribe);
        },
        checkLink: () => {
          note('ping');
          return answer(refuse.ping);
        },
        enableEvents: () => {
          note('enable');
          return answer(refuse.config);
        },
        proveEvents: (deadlineMs) => {
          note(`canary ${deadlineMs}`);
          return Promise.resolve(eventsFlow);
        },
      },
      wake: (partition) => note(`wake ${partition}`),
      sweep: () => note('sweep'),
      clock,
      log: recorder.log,
    });
    await subscriber.start();
    await settle();
  });
  afterEach(async () => {
    await subscriber.stop();
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('opens the feed, and asks nothing of it until it has subscribed', async () => {
    await clock.advance(10 * CHECK_MS);
    expect(calls).to.deep.equal(['open']);
    expect(subscriber.eventMode()).to.equal('unproven');
  });

  it('wakes the partition of every expired key', () => {
    listener.onExpired(3);
    listener.onExpired(0);
    expect(calls.slice(1)).to.deep.equal(['wake 3', 'wake 0']);
  });

  it('once subscribed sweeps, switches events on and proves them at once', async () => {
    await subscribed();
    expect(calls.slice(1)).to.deep.equal(['subscribe', 'sweep', 'enable', 'canary 1000']);
    expect(subscriber.eventMode()).to.equal('on');
    expect(clock.now()).to.equal(0);
  });

  it('sweeps and proves again after every subscription', async () => {
    await subscribed();
    await subscribed();
    expect(count('sweep')).to.equal(2);
    expect(count('canary 1000')).to.equal(2);
  });

  it('is degraded while no event comes, and says so once', async () => {
    eventsFlow = false;
    await subscribed();
    expect(subscriber.eventMode()).to.equal('degraded');
    await subscribed();
    const warnings = entries.filter(({ level }) => level === LEVEL.warn);
    expect(warnings).to.have.length(1);
    expect(warnings[0]?.msg).to.contain('degraded');
  });

  it('is on again when events come back', async () => {
    eventsFlow = false;
    await subscribed();
    eventsFlow = true;
    await clock.advance(CHECKS_PER_CANARY * CHECK_MS);
    expect(subscriber.eventMode()).to.equal('on');
  });

  it('notices when events are switched off', async () => {
    await subscribed();
    eventsFlow = false;
    await clock.advance(CHECKS_PER_CANARY * CHECK_MS - 1);
    expect(subscriber.eventMode()).to.equal('on');
    await clock.advance(1);
    expect(subscriber.eventMode()).to.equal('degraded');
  });

  it('sends a canary with every 15th check, and pings with each', async () => {
    await subscribed();
    await clock.advance(2 * CHECKS_PER_CANARY * CHECK_MS);
    expect(count('ping')).to.equal(2 * CHECKS_PER_CANARY);
    expect(count('canary 1000')).to.equal(3);
    expect(count('enable')).to.equal(3);
  });

  it('tolerates that Redis refuses CONFIG: what counts is whether events come', async () => {
    refuse = { config: new Error("ERR unknown command 'CONFIG'") };
    await subscribed();
    expect(subscriber.eventMode()).to.equal('on');
    expect(entries.filter(({ level }) => level >= LEVEL.warn)).to.deep.equal([]);
  });

  it('goes on checking after a link that did not answer, having warned once', async () => {
    await subscribed();
    refuse = { ping: new Error('Command timed out') };
    await clock.advance(3 * CHECK_MS);
    expect(count('ping')).to.equal(3);
    expect(entries.filter(({ level }) => level === LEVEL.warn)).to.have.length(1);
  });

  it('stop ends the checks and closes the feed', async () => {
    await subscribed();
    await subscriber.stop();
    await clock.advance(10 * CHECK_MS);
    expect(count('ping')).to.equal(0);
    expect(calls.at(-1)).to.equal('close');
  });

  it('sends a canary that could not be sent again with the next check, not 30 s later', async () => {
    const clock = new FakeClock();
    let listener: ExpiryListener | undefined;
    let canaries = 0;
    let away = true;
    const subscriber = new ExpirySubscriber({
      feed: {
        open: (given) => {
          listener = given;
        },
        close: () => undefined,
        subscribe: () => Promise.resolve(),
        checkLink: () => Promise.resolve(),
        // The connection for commands comes back later than the one that subscribes.
        enableEvents: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()),
        proveEvents: () => {
          canaries += 1;
          return away ? Promise.reject(new Error('away')) : Promise.resolve(true);
        },
      },
      wake: () => undefined,
      sweep: () => undefined,
      clock,
      log: recordingLog().log,
    });
    await subscriber.start();
    listener?.onReady();
    await settle();
    away = false;
    await clock.advance(2000);
    expect(canaries).to.equal(2);
    expect(subscriber.eventMode()).to.equal('on');
    await subscriber.stop();
  });

  it('says that a refused subscription means degraded, once, and tries again', async () => {
    refuse.subscribe = new Error('NOPERM');
    await subscribed();
    await clock.advance(3 * CHECK_MS);
    expect(count('subscribe')).to.equal(4);
    expect(count('sweep')).to.equal(0);
    expect(subscriber.eventMode()).to.equal('degraded');
    expect(entries.filter(({ msg }) => msg.startsWith('event mode is degraded'))).to.have.length(1);
    delete refuse.subscribe;
    await clock.advance(CHECK_MS);
    expect(subscriber.eventMode()).to.equal('on');
    expect(count('sweep')).to.equal(1);
  });
});
