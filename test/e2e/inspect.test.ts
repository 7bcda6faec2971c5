import { expect } from 'chai';
import type { Settlement } from '../../src/domain/settlement.ts';
import { TRACE } from '../../src/http/openapi/requests.ts';
import type { RedisTopology } from '../../src/runtime/redis-settings.ts';
import type { Store } from '../../src/store/store.ts';
import { clusterTopology, useCluster } from '../support/cluster.ts';
import { useRedis } from '../support/redis.ts';
import { runScript } from '../support/script.ts';
import { type SentinelGroup, startSentinelGroup } from '../support/sentinels.ts';
import { startService } from '../support/service.ts';
import { newMessage, openStore, openStoreAt } from '../support/store.ts';

const HOUR_MS = 3_600_000;
const LEASE_MS = 60_000;
/** More than JavaScript can tell from its neighbours. */
const PAYLOAD = '{"n":12345678901234567890}';

type Settings = Record<string, string>;

async function inspect(env: Settings, ...args: string[]) {
  const { code, stdout, stderr } = await runScript('inspect', args, env);
  expect(stderr).to.equal('');
  expect(code).to.equal(0);
  return stdout;
}

async function inspectJson(env: Settings, ...args: string[]) {
  return JSON.parse(await inspect(env, ...args, '--json'));
}

/** Claims what is due and ends its attempts alike. */
async function settleDue(store: Store, settlement: Settlement, error: string): Promise<void> {
  for (const partition of store.keys.allPartitions()) {
    const claim = { partition, limit: 10, leaseMs: LEASE_MS, token: store.leases.newToken() };
    const { messages } = await store.leases.claim(claim);
    const ending = {
      outcome: error ? 'rejected' : 'delivered',
      statusCode: error ? 500 : 204,
      error,
    };
    for (const message of messages) {
      const record = { attempt: message.attempt, ...ending, lateness: 3, duration: 2500 };
      await store.leases.settle(message, settlement, record);
    }
  }
}

/** One delivered, one failed, one being delivered, one that waits. */
async function populate(store: Store): Promise<void> {
  const past = Date.now() - 5000;
  await store.messages.schedule(newMessage('done', past));
  await settleDue(store, { kind: 'complete' }, '');
  await store.messages.schedule(newMessage('dead', past));
  await settleDue(
    store,
    { kind: 'fail', error: 'the receiver answered 500' },
    'the receiver answered 500',
  );
  await store.messages.schedule(newMessage('busy', past));
  const partition = store.keys.partitionOf('busy');
  const token = store.leases.newToken();
  await store.leases.claim({ partition, limit: 1, leaseMs: LEASE_MS, token });
  const webhookUrl = 'https://example.com/hook?token=hush&page=1';
  const headers = { authorization: 'Bearer hush', 'x-a': 'b' };
  const over = { webhookUrl, headers, payload: PAYLOAD, tags: ['t'], trace: TRACE };
  await store.messages.schedule(newMessage('waiting', Date.now() + 3 * HOUR_MS, over));
}

/** What must be seen wherever Redis is. */
function itShowsWhatThereIs(settings: () => Settings): void {
  it('due: what is due next', async () => {
    const [head, busy, waiting, ...rest] = (await inspect(settings(), 'due')).trimEnd().split('\n');
    expect(head).to.match(/^due +status +id +sends$/);
    expect(busy).to.match(/^[\d-]+ [\d:]+ {2}\d+ s ago +delivering +busy +POST http/);
    expect(waiting).to.match(
      / {2}in (3 h|1\d\d min) +scheduled +waiting +POST https:\/\/example\.com/,
    );
    expect(rest).to.deep.equal(['', '2 of 2 pending']);
    const { count, messages } = await inspectJson(settings(), 'due', '--limit', '1');
    expect({ count, ids: messages.map(({ id }: { id: string }) => id) }).to.deep.equal({
      ...{ count: 2, ids: ['busy'] },
    });
  });

  it('failed: dead letters, and why', async () => {
    const text = await inspect(settings(), 'failed');
    expect(text).to.match(
      /^last try .*\n.* (?:now|\d+ m?s ago) +dead +POST .* the receiver answered 500\n\n1 of 1 failed\n$/,
    );
    const { messages } = await inspectJson(settings(), 'failed');
    expect(messages[0]).to.include({ id: 'dead', lastError: 'the receiver answered 500' });
  });

  it('deliveries: the last attempts, newest first', async () => {
    const [, newest, oldest] = (await inspect(settings(), 'deliveries')).split('\n');
    expect(newest).to.match(/ dead +1 +rejected 500 +3 ms +2 s|3 s +the receiver answered 500$/);
    expect(oldest).to.match(/ done +1 +delivered 204 +3 ms/);
    const { deliveries } = await inspectJson(settings(), 'deliveries');
    expect(deliveries.map(({ id }: { id: string }) => id)).to.deep.equal(['dead', 'done']);
    expect(deliveries[0]).to.have.all.keys(
      ...['id', 'attempt', 'at', 'outcome', 'statusCode', 'lateness', 'duration', 'error'],
    );
  });

  it('stats: how much there is', async () => {
    const stats = await inspectJson(settings(), 'stats');
    expect(stats.messages).to.deep.equal({ scheduled: 1, delivering: 1, failed: 1 });
    expect(stats.due).to.deep.equal({ nextMinute: 0, nextHour: 0, nextDay: 1 });
    expect(await inspect(settings(), 'stats')).to.match(
      /^scheduled +1\ndelivering +1\nfailed +1\n/,
    );
  });

  it('an id: everything about that message, but for its secrets', async () => {
    const text = await inspect(settings(), 'waiting');
    expect(text).to.match(/^waiting\n {2}status +scheduled\n {2}due +[\d-]+ [\d:]+ \(in .*\)\n/);
    expect(text).to.contain('https://example.com/hook?token=***&page=1').and.contain(PAYLOAD);
    expect(text).to.contain('{"authorization":"***","x-a":"b"}').and.contain(TRACE.traceparent);
    expect(text).to.not.contain('hush');
    const json = await inspectJson(settings(), 'waiting');
    expect(json).to.include({ id: 'waiting', status: 'scheduled', method: 'POST' });
    const dead = await inspect(settings(), 'dead');
    expect(dead).to.match(/status +failed\n {2}due +no more\n/);
    expect(dead).to.match(
      /\nattempt +ended .*\n +1 .* rejected 500 +3 ms .* the receiver answered 500\n$/,
    );
  });

  it('an id that is not there: exit code 1, and where else to look', async () => {
    const { code, stdout, stderr } = await runScript('inspect', ['absent'], settings());
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/✗ there is no message with the id "absent" in .*deliveries shows/);
  });
}

describe('npm run inspect', function () {
  this.timeout(90_000);

  describe('on one server', () => {
    const redis = useRedis();
    const settings = () => ({ REDIS_PORT: String(redis.current.port), KEY_PREFIX: 'app:' });
    beforeEach(async () => {
      const store = await openStore(redis.current.port, { keyPrefix: 'app:' });
      await populate(store);
      await store.stop();
    });

    itShowsWhatThereIs(settings);

    it('writes nothing', async () => {
      const { client } = redis.current;
      const keys = (await client.keys('*')).sort();
      for (const word of ['due', 'failed', 'deliveries', 'stats', 'dead'])
        await inspect(settings(), word);
      expect((await client.keys('*')).sort()).to.deep.equal(keys);
    });

    it('an id that is a word of its own, or begins with a dash', async () => {
      const store = await openStore(redis.current.port, { keyPrefix: 'app:' });
      for (const id of ['due', '--json'])
        await store.messages.schedule(newMessage(id, Date.now() + HOUR_MS));
      await store.stop();
      expect(await inspect(settings(), '--id', 'due')).to.match(/^due\n {2}status/);
      expect(await inspect(settings(), '--id=--json')).to.match(/^--json\n {2}status/);
    });

    it('names the replicas that are connected', async () => {
      const env = { KEY_PREFIX: 'app:', REPLICA_NAME: 'replica-9' };
      const service = await startService(redis.current.port, env);
      expect((await inspectJson(settings(), 'stats')).replicas).to.deep.equal(['replica-9']);
      await service.end();
    });
  });

  describe('that is asked wrongly', () => {
    const wrong: [what: string, args: string[], env: Settings, RegExp][] = [
      ['nothing to look at', [], {}, /give an id, or one of due, failed/],
      ['two things', ['due', 'failed'], {}, /give an id, or one of/],
      ['a limit that is none', ['due', '--limit', '0'], {}, /--limit must be a whole number/],
      ['an unknown option', ['due', '--all'], {}, /Unknown option '--all'/],
      ['a wrong setting', ['due'], { PARTITIONS: '0' }, /PARTITIONS: must be >= 1/],
      ['a Redis out of reach', ['due'], { REDIS_PORT: '1' }, /cannot be used: .*ECONNREFUSED/],
    ];
    for (const [what, args, env, message] of wrong) {
      it(`${what}: exit code 1 and a line`, async () => {
        const { code, stdout, stderr } = await runScript('inspect', args, env);
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr)
          .to.match(message)
          .and.not.match(/\n {4}at /);
      });
    }

    it('--help says what there is', async () => {
      const help = await inspect({ REDIS_PORT: '1' }, '--help');
      expect(help).to.match(/^npm run inspect -- <id \| due \| failed \| deliveries \| stats>/);
    });
  });

  describe('on what sentinels say is master', () => {
    let group: SentinelGroup;
    before(async () => {
      group = await startSentinelGroup();
      const { port } = await group.master();
      const store = await openStore(port);
      await populate(store);
      await store.stop();
    });
    after(() => group.stop());

    it('shows what the master has', async () => {
      const settings = { REDIS_HOST: '', ...group.sentinels.env };
      expect(await inspect(settings, 'due')).to.contain('2 of 2 pending');
      expect(await inspect(settings, 'waiting')).to.contain(PAYLOAD);
    });
  });

  describe('on a cluster', () => {
    const cluster = useCluster();
    beforeEach(async () => {
      const topology: RedisTopology = clusterTopology(cluster.current);
      const store = await openStoreAt(topology, { partitions: 64 });
      await populate(store);
      await store.stop();
    });
    itShowsWhatThereIs(() => ({ REDIS_HOST: '', ...cluster.current.env }));
  });
});
