import { expect } from 'chai';
import { Alarms } from '../../../src/store/alarms.ts';
import type { ServerVitals } from '../../../src/store/vitals.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

const INTERVAL_MS = 1000;
/** The longest the interval can be, with its jitter. */
const A_LOOK_MS = 1.2 * INTERVAL_MS;

const WELL: ServerVitals = {
  ...{ runId: 'a', evictionPolicy: 'noeviction' },
  ...{ evictedKeys: 0, memoryUse: 0.5 },
};

describe('store: alarms', () => {
  let clock: FakeClock;
  let entries: LogEntry[];
  let servers: ServerVitals[];
  let degraded: boolean;
  let away: boolean;
  let alarms: Alarms;

  beforeEach(async () => {
    clock = new FakeClock();
    servers = [WELL];
    degraded = false;
    away = false;
    const recorder = recordingLog();
    entries = recorder.entries;
    alarms = new Alarms({
      readVitals: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(servers)),
      isDegraded: () => degraded,
      intervalMs: INTERVAL_MS,
      clock,
      log: recorder.log,
    });
    await alarms.start();
    await settle();
  });
  afterEach(async () => {
    await alarms.stop();
    expect(clock.pending(), 'timers left').to.equal(0);
  });

  /** Has the next look find something else. */
  async function find(...found: Partial<ServerVitals>[]): Promise<void> {
    servers = found.map((one) => ({ ...WELL, ...one }));
    await clock.advance(A_LOOK_MS);
  }

  const logged = () => entries.map(({ level, alarm }) => [level, alarm]);

  it('there is none while all is well', () => {
    expect(alarms.active()).to.deep.equal([]);
    expect(entries).to.deep.equal([]);
  });

  it('a policy that evicts is said once, and once more when it is over', async () => {
    await find({}, { evictionPolicy: 'volatile-lru' });
    expect(alarms.active()).to.deep.equal(['eviction-policy']);
    await find({ evictionPolicy: 'allkeys-lru' });
    await find({});
    expect(alarms.active()).to.deep.equal([]);
    expect(logged()).to.deep.equal([
      [LEVEL.warn, 'eviction-policy'],
      [LEVEL.info, 'eviction-policy'],
    ]);
    expect(entries[0]).to.include({ policy: 'volatile-lru' });
  });

  it('evicted keys are an alarm while there are more and more of them', async () => {
    await find({ evictedKeys: 10 });
    expect(alarms.active()).to.deep.equal(['evicted-keys']);
    expect(entries[0]).to.include({ evicted: 10 });
    await find({ evictedKeys: 10 });
    expect(alarms.active()).to.deep.equal([]);
  });

  it('what a server had evicted before it was seen is none; nor is a count that begins anew', async () => {
    await find({ runId: 'b', evictedKeys: 500 });
    await find({ runId: 'c', evictedKeys: 3 });
    expect(alarms.active()).to.deep.equal([]);
    await find({ runId: 'c', evictedKeys: 4 });
    expect(alarms.active()).to.deep.equal(['evicted-keys']);
  });

  it('the fullest server counts; full at 90 %, and not again under 85 %', async () => {
    await find({ memoryUse: 0.1 }, { runId: 'b', memoryUse: 0.9 });
    expect(alarms.active()).to.deep.equal(['memory']);
    await find({ memoryUse: 0.86 });
    expect(alarms.active()).to.deep.equal(['memory']);
    await find({ memoryUse: 0.84 });
    expect(alarms.active()).to.deep.equal([]);
    await find({ memoryUse: 0.89 });
    expect(alarms.active()).to.deep.equal([]);
  });

  it('missing events are one from the next look on, and none as soon as they flow', async () => {
    degraded = true;
    expect(alarms.active()).to.deep.equal([]);
    await clock.advance(A_LOOK_MS);
    expect(alarms.active()).to.deep.equal(['events-degraded']);
    degraded = false;
    expect(alarms.active()).to.deep.equal([]);
    await clock.advance(A_LOOK_MS);
    degraded = true;
    expect(alarms.active()).to.deep.equal([]);
    expect(entries, 'that is for the subscriber to say').to.deep.equal([]);
  });

  it('stay as they are while Redis does not tell', async () => {
    await find({ evictionPolicy: 'volatile-ttl' });
    away = true;
    await clock.advance(5 * A_LOOK_MS);
    expect(alarms.active()).to.deep.equal(['eviction-policy']);
    expect(logged()).to.deep.equal([
      [LEVEL.warn, 'eviction-policy'],
      [LEVEL.warn, undefined],
    ]);
  });

  it('are none where an ACL forbids to ask', async () => {
    await find();
    expect(alarms.active()).to.deep.equal([]);
  });
});
