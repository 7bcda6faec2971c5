import { expect } from 'chai';
import { ExpirySubscription } from '../../../src/triggers/expiry-subscription.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';
import { FakeFeed } from './fake-feed.ts';

const CHECK_MS = 2000;
const CHECKS_PER_CANARY = 15;

describe('triggers: expiry subscription', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let master: FakeFeed;
  /** What it told, in order. */
  let told: string[];
  let reasons: unknown[];
  let subscription: ExpirySubscription;

  const subscribed = async () => {
    master.linkDown();
    master.linkUp();
    await settle();
  };
  const warnings = () => entries.filter(({ level }) => level >= LEVEL.warn);

  beforeEach(async () => {
    clock = new FakeClock();
    master = new FakeFeed();
    told = [];
    reasons = [];
    const recorder = recordingLog();
    entries = recorder.entries;
    subscription = new ExpirySubscription({
      feed: master.feed,
      wake: (partition) => told.push(`wake ${partition}`),
      sweep: () => told.push('sweep'),
      onMode: (reason) => {
        told.push(subscription.eventMode());
        reasons.push(reason);
      },
      clock,
      log: recorder.log,
    });
    await subscription.start();
    await settle();
  });
  afterEach(async () => {
    await subscription.stop();
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  it('opens the feed, and asks nothing of it until it has subscribed', async () => {
    await clock.advance(10 * CHECK_MS);
    expect(master.calls).to.deep.equal(['open']);
    expect(subscription.eventMode()).to.equal('unproven');
  });

  it('wakes the partition of every expired key', () => {
    master.expire(3);
    master.expire(0);
    expect(told).to.deep.equal(['wake 3', 'wake 0']);
  });

  it('once linked subscribes, sweeps, switches events on and proves them at once', async () => {
    await subscribed();
    expect(master.calls.slice(1)).to.deep.equal(['subscribe', 'enable', 'canary 1000']);
    expect(told).to.deep.equal(['sweep', 'on']);
    expect(clock.now()).to.equal(0);
  });

  it('sweeps and proves again after every loss', async () => {
    await subscribed();
    master.linkDown();
    expect(subscription.eventMode()).to.equal('unproven');
    master.linkUp();
    await settle();
    expect(told).to.deep.equal(['sweep', 'on', 'sweep', 'on']);
  });

  it('is degraded while no event comes, and on again when they come back', async () => {
    master.eventsFlow = false;
    await subscribed();
    expect(subscription.eventMode()).to.equal('degraded');
    master.eventsFlow = true;
    await clock.advance(CHECKS_PER_CANARY * CHECK_MS);
    expect(subscription.eventMode()).to.equal('on');
  });

  it('notices when events are switched off', async () => {
    await subscribed();
    master.eventsFlow = false;
    await clock.advance(CHECKS_PER_CANARY * CHECK_MS - 1);
    expect(subscription.eventMode()).to.equal('on');
    await clock.advance(1);
    expect(subscription.eventMode()).to.equal('degraded');
  });

  it('proves at once when it is asked to', async () => {
    await subscribed();
    master.eventsFlow = false;
    subscription.prove();
    await settle();
    expect(subscription.eventMode()).to.equal('degraded');
    expect(clock.now()).to.equal(0);
  });

  it('sends a canary with every 15th check, and pings with each', async () => {
    await subscribed();
    await clock.advance(2 * CHECKS_PER_CANARY * CHECK_MS);
    expect(master.count('ping')).to.equal(2 * CHECKS_PER_CANARY);
    expect(master.count('canary 1000')).to.equal(3);
    expect(master.count('enable')).to.equal(3);
  });

  it('tolerates that Redis refuses CONFIG: what counts is whether events come', async () => {
    master.refuse = { config: new Error("ERR unknown command 'CONFIG'") };
    await subscribed();
    expect(subscription.eventMode()).to.equal('on');
    expect(warnings()).to.deep.equal([]);
  });

  it('goes on checking after a link that did not answer, having warned once', async () => {
    await subscribed();
    master.refuse = { ping: new Error('Command timed out') };
    await clock.advance(3 * CHECK_MS);
    expect(master.count('ping')).to.equal(3);
    expect(warnings()).to.have.length(1);
  });

  it('stop ends the checks and closes the feed', async () => {
    await subscribed();
    await subscription.stop();
    await clock.advance(10 * CHECK_MS);
    expect(master.count('ping')).to.equal(0);
    expect(master.calls.at(-1)).to.equal('close');
  });

  it('sends a canary that could not be sent again with the next check, not 30 s later', async () => {
    // The connection for commands comes back later than the one that subscribes.
    master.refuse = { canary: new Error('away') };
    await subscribed();
    expect(subscription.eventMode()).to.equal('unproven');
    master.refuse = {};
    await clock.advance(CHECK_MS);
    expect(master.count('canary 1000')).to.equal(2);
    expect(subscription.eventMode()).to.equal('on');
  });

  it('is degraded by a refused subscription, says why, and tries again', async () => {
    const refusal = new Error('NOPERM');
    master.refuse = { subscribe: refusal };
    await subscribed();
    await clock.advance(3 * CHECK_MS);
    expect(master.count('subscribe')).to.equal(4);
    expect(told).to.deep.equal(Array(4).fill('degraded'));
    expect(reasons).to.deep.equal(Array(4).fill(refusal));
    master.refuse = {};
    await clock.advance(CHECK_MS);
    expect(told.slice(4)).to.deep.equal(['sweep', 'on']);
  });
});
