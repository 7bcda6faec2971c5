import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { apiAt, inMs, messageBody } from '../support/api.ts';
import { messageKeysLeft } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { startTestRedis, useRedis } from '../support/redis.ts';
import { type ServiceProcess, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const PAST = '2020-01-01T00:00:00Z';

/** How a message stands in Redis: its state, its attempts, and whether its lease is on. */
async function stateOf(client: Redis, id: string) {
  const [status, attempt, leaseUntil] = await client.hmget(
    `message:${id}`,
    'status',
    'attempt',
    'leaseUntil',
  );
  return { status, attempt, leaseUntil, score: await client.zscore('index:due', id) };
}

/** The state of a message that no attempt was spent on. */
const untouched = (dueAt: string) => ({
  status: 'scheduled',
  attempt: '0',
  leaseUntil: null,
  score: String(Date.parse(dueAt)),
});

describe('stopping with attempts in flight', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  /** Answers the receiver owes. */
  let owed: ServerResponse[];
  beforeEach(() => {
    owed = [];
    receiver.current.answerWith((_request, response) => void owed.push(response));
  });

  /** Schedules messages that are due at once; resolves when `inFlight` of them have been sent. */
  async function send(service: ServiceProcess, ids: string[], inFlight: number): Promise<void> {
    const webhookUrl = receiver.current.url;
    for (const id of ids) {
      const body = messageBody(id, { scheduleTo: PAST, webhookUrl });
      expect((await apiAt(service.url).post(body)).status).to.equal(201);
    }
    await receiver.current.waitFor(inFlight);
  }

  it('waits for them and settles them, claims nothing more, and ends with exit code 0', async () => {
    const { client } = redis.current;
    const service = await startService(redis.current.port, { WEBHOOK_CONCURRENCY: '2' });
    await send(service, ['a', 'b', 'c', 'd', 'e'], 2);
    const ended = service.end('SIGTERM');
    await service.logged('stopping');
    for (const response of owed) response.writeHead(204).end();
    expect(await ended).to.equal(0);
    expect(receiver.current.received.length).to.equal(2);
    const sent = receiver.current.received.map(({ id }) => id);
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      if (sent.includes(id)) expect(await client.exists(`message:${id}`)).to.equal(0);
      else expect(await stateOf(client, id)).to.deep.equal(untouched(PAST));
    }
    expect(await client.xlen('log:deliveries')).to.equal(2);
    expect(await client.zcard('index:due')).to.equal(3);
  });

  it('settles a failure as well: the attempt is spent and the retry is due', async () => {
    const { client } = redis.current;
    const service = await startService(redis.current.port);
    await send(service, ['failing'], 1);
    const ended = service.end('SIGINT');
    await service.logged('stopping');
    owed[0]?.writeHead(500).end();
    expect(await ended).to.equal(0);
    const { score, ...state } = await stateOf(client, 'failing');
    expect(state).to.deep.equal({ status: 'scheduled', attempt: '1', leaseUntil: null });
    expect(Number(score)).to.be.within(Date.now(), Date.now() + 10_000);
    expect(await client.exists('due:failing')).to.equal(1);
  });

  it('gives back at the deadline what the receiver holds up: no attempt is spent', async () => {
    const { client, port } = redis.current;
    // Hears the shadow key that the release sets expire at once: the lease's would last a minute.
    const listener = client.duplicate();
    const expired: string[] = [];
    listener.on('message', (_channel, key: string) => expired.push(key));
    const service = await startService(port, { DRAIN_TIMEOUT_MS: '200' });
    await send(service, ['held'], 1);
    expect((await stateOf(client, 'held')).status).to.equal('delivering');
    await listener.subscribe('__keyevent@0__:expired');
    const since = performance.now();
    expect(await service.end('SIGTERM')).to.equal(0);
    expect(performance.now() - since).to.be.within(200, 2000);
    expect(await stateOf(client, 'held')).to.deep.equal(untouched(PAST));
    expect(await client.xlen('log:deliveries')).to.equal(0);
    await until('the shadow key expired', () => expired.includes('due:held'));
    listener.disconnect();

    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    const next = await startService(port);
    await receiver.current.waitFor(2);
    expect(await next.end()).to.equal(0);
    expect(receiver.current.received.map(({ id, attempt }) => [id, attempt])).to.deep.equal([
      ['held', 1],
      ['held', 1],
    ]);
    expect(await messageKeysLeft(client)).to.deep.equal([]);
  });

  it('gives back to another replica, which delivers at once', async () => {
    const { client, port } = redis.current;
    const first = await startService(port, { DRAIN_TIMEOUT_MS: '0' });
    await send(first, ['moved'], 1);
    const second = await startService(port);
    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    const since = Date.now();
    expect(await first.end()).to.equal(0);
    await receiver.current.waitFor(2);
    expect((receiver.current.received[1]?.at ?? 0) - since).to.be.below(1500);
    await until('settled', async () => (await client.zcard('index:due')) === 0);
    expect(await second.end()).to.equal(0);
    expect(receiver.current.received.length).to.equal(2);
  });

  it('ends at once on a second signal; the lease brings the message back', async () => {
    const { client, port } = redis.current;
    const timing = { WEBHOOK_TIMEOUT_MS: '500', WEBHOOK_LEASE_MS: '1000' };
    const service = await startService(port, { ...timing, DRAIN_TIMEOUT_MS: '60000' });
    await send(service, ['stuck'], 1);
    const ended = service.end('SIGTERM');
    await service.logged('stopping');
    process.kill(service.pid, 'SIGTERM');
    expect(await ended).to.equal(1);
    expect((await stateOf(client, 'stuck')).status).to.equal('delivering');
    receiver.current.answerWith((_request, response) => response.writeHead(204).end());
    const next = await startService(port, timing);
    await receiver.current.waitFor(2);
    expect(await next.end()).to.equal(0);
    expect(receiver.current.received.map(({ attempt }) => attempt)).to.deep.equal([1, 2]);
  });

  it('still takes requests while it waits, and what it takes is kept', async () => {
    const { client, port } = redis.current;
    const service = await startService(port);
    await send(service, ['slow'], 1);
    const ended = service.end('SIGTERM');
    await service.logged('stopping');
    const scheduleTo = inMs(0);
    const body = messageBody('late', { scheduleTo, webhookUrl: receiver.current.url });
    expect((await apiAt(service.url).post(body)).status).to.equal(201);
    owed[0]?.writeHead(204).end();
    expect(await ended).to.equal(0);
    expect(await stateOf(client, 'late')).to.deep.equal(untouched(scheduleTo));
    expect(receiver.current.received.map(({ id }) => id)).to.deep.equal(['slow']);
  });
});

describe('stopping while a part takes its time', () => {
  const receiver = useReceiver();

  it('claims nothing from the signal on', async () => {
    // Without events, and without CONFIG to switch them on, the proof that they flow waits for a second.
    const redis = await startTestRedis([
      ...['--notify-keyspace-events', ''],
      ...['--rename-command', 'CONFIG', ''],
    ]);
    const service = await startService(redis.port);
    const scheduleTo = inMs(150);
    const body = messageBody('due', { scheduleTo, webhookUrl: receiver.current.url });
    expect((await apiAt(service.url).post(body)).status).to.equal(201);
    expect(await service.end()).to.equal(0);
    const state = await stateOf(redis.client, 'due');
    await redis.stop();
    expect(receiver.current.received).to.deep.equal([]);
    expect(state).to.deep.equal(untouched(scheduleTo));
  });
});
