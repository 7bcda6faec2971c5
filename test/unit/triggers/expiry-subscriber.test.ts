import { expect } from 'chai';
import type { FeedSource } from '../../../src/store/expiry-feeds.ts';
import { ExpirySubscriber } from '../../../src/triggers/expiry-subscriber.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';
import { FakeFeed } from './fake-feed.ts';

const CANARY_INTERVAL_MS = 30_000;

describe('triggers: expiry subscriber', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let told: string[];
  /** The feeds made so far, by the name of their master, the latest only. */
  let feeds: Record<string, FakeFeed>;
  let masters: string[];
  let announceChange: () => void;
  let subscriber: ExpirySubscriber;

  const feedOf = (name: string): FakeFeed => {
    const feed = feeds[name];
    if (feed === undefined) throw new Error(`no feed of ${name} was made`);
    return feed;
  };
  const source = (name: string): FeedSource => ({
    name,
    createFeed: () => {
      const made = new FakeFeed();
      feeds[name] = made;
      return made.feed as ReturnType<FeedSource['createFeed']>;
    },
  });
  const linked = async (...names: string[]) => {
    for (const name of names) feedOf(name).linkUp();
    await settle();
  };
  const changeTo = async (...names: string[]) => {
    masters = names;
    announceChange();
    await settle();
  };
  const warnings = () => entries.filter(({ level }) => level >= LEVEL.warn);
  const logged = (text: string) => entries.filter(({ msg }) => msg.startsWith(text));

  beforeEach(async () => {
    clock = new FakeClock();
    feeds = {};
    told = [];
    masters = ['a', 'b'];
    const recorder = recordingLog();
    entries = recorder.entries;
    subscriber = new ExpirySubscriber({
      feeds: {
        sources: () => masters.map(source),
        onChange: (listener) => {
          announceChange = listener;
          return () => {
            announceChange = () => told.push('not listened to');
          };
        },
      },
      wake: (partition) => told.push(`wake ${partition}`),
      sweep: () => told.push('sweep'),
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

  it('hears every master, and wakes the partition of every expired key', () => {
    feedOf('a').expire(3);
    feedOf('b').expire(0);
    expect(told).to.deep.equal(['wake 3', 'wake 0']);
  });

  it('is on, and says so once, when the events of every master are proven', async () => {
    await linked('a');
    expect(subscriber.eventMode()).to.equal('unproven');
    expect(entries).to.deep.equal([]);
    await linked('b');
    expect(subscriber.eventMode()).to.equal('on');
    feedOf('a').linkDown();
    expect(subscriber.eventMode()).to.equal('unproven');
    await linked('a');
    expect(logged('expired-key events flow')).to.have.length(1);
  });

  it('is degraded by one deaf master, says which, once, and is on again with it', async () => {
    feedOf('b').eventsFlow = false;
    await linked('a', 'b');
    expect(subscriber.eventMode()).to.equal('degraded');
    feedOf('b').linkDown();
    await linked('b');
    const degraded = logged('event mode is degraded');
    expect(degraded.map(({ deaf }) => deaf)).to.deep.equal([['b']]);
    feedOf('b').eventsFlow = true;
    await clock.advance(CANARY_INTERVAL_MS);
    expect(subscriber.eventMode()).to.equal('on');
    expect(logged('expired-key events flow')).to.have.length(1);
  });

  it('says why a subscription was refused', async () => {
    feedOf('a').refuse = { subscribe: new Error('NOPERM no access to the channel') };
    await linked('a', 'b');
    const [degraded] = logged('event mode is degraded');
    expect(JSON.stringify(degraded?.err)).to.contain('NOPERM');
  });

  it('subscribes at a new master, lets go of one that is none any more, and sweeps', async () => {
    await linked('a', 'b');
    const [a, b] = [feedOf('a'), feedOf('b')];
    told = [];
    await changeTo('b', 'c');
    expect(a.calls.at(-1)).to.equal('close');
    expect(told).to.deep.equal(['sweep']);
    expect(subscriber.eventMode()).to.equal('unproven');
    await linked('c');
    expect(feedOf('c').count('subscribe')).to.equal(1);
    expect(b.count('subscribe')).to.equal(1);
    expect(subscriber.eventMode()).to.equal('on');
    expect(warnings()).to.deep.equal([]);
  });

  it('proves the others again at every change: they may hold more now', async () => {
    await linked('a', 'b');
    feedOf('b').eventsFlow = false;
    await changeTo('a', 'b');
    expect(clock.now()).to.equal(0);
    expect(feedOf('a').count('canary 1000')).to.equal(2);
    expect(subscriber.eventMode()).to.equal('degraded');
  });

  it('knows nothing while no master is known, and begins when one is', async () => {
    await changeTo();
    expect(subscriber.eventMode()).to.equal('unproven');
    await changeTo('a');
    await linked('a');
    expect(subscriber.eventMode()).to.equal('on');
  });

  it('a master that comes back gets a feed of its own', async () => {
    await linked('a', 'b');
    const before = feedOf('a');
    await changeTo('b');
    await changeTo('a', 'b');
    await linked('a', 'b');
    expect(feedOf('a')).not.to.equal(before);
    expect(before.calls.at(-1)).to.equal('close');
    expect(subscriber.eventMode()).to.equal('on');
  });

  it('stop closes every feed and listens to no more changes', async () => {
    await linked('a', 'b');
    await subscriber.stop();
    for (const name of ['a', 'b']) expect(feedOf(name).calls.at(-1)).to.equal('close');
    told = [];
    await changeTo('d');
    expect(told).to.deep.equal(['not listened to']);
    expect(feeds).not.to.have.property('d');
  });
});
