import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { useReceiver } from '../support/receiver.ts';
import { keysLeft, useRedis } from '../support/redis.ts';
import { messagesDue, scheduleAll } from '../support/schedule.ts';
import { type ServiceProcess, useServices } from '../support/service.ts';
import { openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const COUNT = 200;

const ENV = {
  WEBHOOK_HOST_CONCURRENCY: '4',
  WEBHOOK_BREAKER_THRESHOLD: '5',
  WEBHOOK_BREAKER_OPEN_MS: '150',
  WEBHOOK_BREAKER_CAP_MS: '300',
  WEBHOOK_RETRY_BASE_MS: '50',
  WEBHOOK_RETRY_FACTOR: '1',
  // Each probe may be the same message again.
  WEBHOOK_MAX_ATTEMPTS: '100',
};

/** What the threshold permits, and what was under way when the breaker opened. */
const SPENT = 5 + 4;

interface Stats {
  readonly receivers: {
    readonly deferred: number;
    readonly open: number;
    readonly halfOpen: number;
    readonly unwell: readonly { readonly origin: string; readonly failures: number }[];
  };
}

const statsOf = async (service: ServiceProcess) =>
  ((await (await service.call('GET', '/stats')).json()) as Stats).receivers;

const opened = (service: ServiceProcess) =>
  service.logs.filter(({ msg }) => msg.startsWith('breaker opened'));

const closed = (service: ServiceProcess) =>
  service.logs.filter(({ msg }) => msg.startsWith('breaker closed'));

describe('a receiver that keeps failing', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  const other = useReceiver();
  const start = useServices(redis);
  let store: Store;

  beforeEach(async () => {
    store = await openStore(redis.current.port);
    receiver.current.answerWith((_request, response) => response.writeHead(503).end());
  });
  afterEach(() => store.stop());

  /** How many attempts all messages that are stored have spent. */
  async function spent(): Promise<number> {
    const { client } = redis.current;
    const keys = await client.keys('message:*');
    const attempts = await Promise.all(keys.map((key) => client.hget(key, 'attempt')));
    return attempts.reduce((sum, attempt) => sum + Number(attempt), 0);
  }

  const allSettled = () =>
    until('all is settled', async () => {
      const left = await keysLeft(redis.current.client, 'message:*');
      return left.length === 0;
    });

  it('is left alone but for a probe a time; its messages wait, unspent, and all arrive when it is well', async () => {
    const service = await start(ENV);
    const { url } = receiver.current;
    await scheduleAll(service, messagesDue(COUNT, Date.now(), url));
    await service.logged('breaker opened');
    const before = receiver.current.received.length;
    expect(before).to.be.at.most(SPENT);
    await receiver.current.waitFor(before + 4);
    await scheduleAll(service, messagesDue(20, Date.now(), other.current.url, 'other'));
    await other.current.waitFor(20);

    const { open, halfOpen, deferred, unwell } = await statsOf(service);
    expect(open + halfOpen).to.equal(1);
    expect(deferred).to.be.at.least(COUNT - SPENT - 10);
    expect(unwell.map(({ origin }) => origin)).to.deep.equal([url]);
    const scrape = await (await service.call('GET', '/metrics')).text();
    expect(scrape).to.match(/^agendamento_breakers\{state="(?:open|half-open)"\} 1$/m);
    expect(scrape).not.to.include(new URL(url).host);
    const requests = receiver.current.received.length;
    // A probe is spent with its claim, and arrives a moment later.
    expect(await spent()).to.be.within(requests, receiver.current.received.length + 1);
    expect(await redis.current.client.zcard('index:failed')).to.equal(0);

    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    await allSettled();
    expect(receiver.current.countById().size).to.equal(COUNT);
    expect([opened(service).length, closed(service).length]).to.deep.equal([1, 1]);
    expect(opened(service)[0]).to.include({ origin: url });
    expect(await statsOf(service)).to.include({ open: 0, halfOpen: 0 });
  });

  it('loses nothing when its replica dies meanwhile', async () => {
    const env = { ...ENV, WEBHOOK_TIMEOUT_MS: '500', WEBHOOK_LEASE_MS: '1000' };
    const first = await start(env);
    await scheduleAll(first, messagesDue(COUNT, Date.now(), receiver.current.url));
    await first.logged('breaker opened');
    await first.end('SIGKILL');
    const before = receiver.current.received.length;
    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    await start(env);
    await allSettled();
    const arrived = receiver.current.received.slice(before).map(({ id }) => id);
    expect(new Set(arrived).size).to.equal(COUNT);
    expect(arrived.length, 'twice only what was under way').to.be.at.most(COUNT + SPENT);
  });

  it('is tried every time where that is wanted', async () => {
    const service = await start({
      ...ENV,
      WEBHOOK_BREAKER_THRESHOLD: '0',
      WEBHOOK_MAX_ATTEMPTS: '2',
    });
    await scheduleAll(service, messagesDue(COUNT, Date.now(), receiver.current.url));
    await until('all have failed', async () => {
      return (await redis.current.client.zcard('index:failed')) === COUNT;
    });
    expect(receiver.current.received).to.have.length(2 * COUNT);
    expect(opened(service)).to.deep.equal([]);
  });
});
