import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { redisNow } from '../support/redis-state.ts';
import { messagesDue, scheduleOne } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

describe('crashes', function () {
  this.timeout(60_000);
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  it('SIGKILL with 1,000 pending, 300 due while down: all are delivered after the restart', async () => {
    const { client } = redis.current;
    const { url } = receiver.current;
    const killed = await start();
    const store = await openStore(redis.current.port);
    const whileDown = Date.now() + 2000;
    const due = messagesDue(300, whileDown, url, 'down');
    const later = messagesDue(700, 0, url, 'later').map((message, i) => ({
      ...message,
      dueAt: whileDown + 3000 + i,
    }));
    await Promise.all(
      [...due, ...later].map(({ id, dueAt, webhookUrl }) =>
        store.messages.schedule(newMessage(id, dueAt, { webhookUrl })),
      ),
    );
    await store.stop();
    expect(await redisNow(client), 'scheduled before the first is due').to.be.below(whileDown);
    await killed.end('SIGKILL');
    await until('the 300 are due', async () => (await redisNow(client)) > whileDown + 200);
    const restarted = await start();
    const ready = Date.now();
    await receiver.current.waitFor(300);
    expect(Date.now() - ready, 'the overdue ones at once').to.be.below(1000);
    expect(receiver.current.received.every(({ id }) => id.startsWith('down'))).to.equal(true);
    const note = await restarted.logged('overdue with no event heard');
    expect(note.overdue).to.equal(300);
    await receiver.current.waitFor(1000, 15_000);
    const counts = receiver.current.countById();
    expect(counts.size).to.equal(1000);
    expect([...counts.values()].every((count) => count === 1)).to.equal(true);
    for (const { id, dueAt } of later) {
      const at = receiver.current.received.find((request) => request.id === id)?.at;
      expect(at, `${id} is not early`).to.be.at.least(dueAt);
    }
    expect(await client.exists('index:due', 'index:failed')).to.equal(0);
  });

  it('a worker killed in the middle of a POST: delivered again after the lease, same webhook-id', async () => {
    const { client } = redis.current;
    const lease = { WEBHOOK_TIMEOUT_MS: '1000', WEBHOOK_LEASE_MS: '1500' };
    // The first attempt is never answered; the worker dies waiting.
    receiver.current.answerWith(({ attempt }, response) => {
      if (attempt > 1) response.writeHead(204).end();
    });
    const killed = await start(lease);
    await scheduleOne(killed, { id: 'x', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await receiver.current.waitFor(1);
    await killed.end('SIGKILL');
    const leaseUntil = Number(await client.hget('message:x', 'leaseUntil'));
    await start(lease);
    await receiver.current.waitFor(2);
    const [first, second] = receiver.current.received;
    expect(second?.at).to.be.at.least(leaseUntil);
    expect(second?.headers['webhook-id']).to.equal(first?.headers['webhook-id']);
    expect(second?.headers['webhook-attempt']).to.equal('2');
    await until('it is settled', async () => (await client.exists('message:x')) === 0);
  });

  it('a worker stopped for longer than its lease cannot settle what another has taken over', async () => {
    const { client } = redis.current;
    const lease = { WEBHOOK_TIMEOUT_MS: '20000', WEBHOOK_LEASE_MS: '20500' };
    const open: ServerResponse[] = [];
    receiver.current.answerWith((_request, response) => open.push(response));
    const paused = await start(lease);
    await scheduleOne(paused, { id: 'y', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await receiver.current.waitFor(1);
    process.kill(paused.pid, 'SIGSTOP');
    // Its lease is made to run out now instead of in 20 s.
    await client.multi().zadd('index:due', 1, 'y').del('due:y').exec();
    await start(lease);
    await receiver.current.waitFor(2);
    const held = await client.hgetall('message:y');
    expect(held).to.include({ status: 'delivering', attempt: '2' });
    open[0]?.writeHead(500).end();
    process.kill(paused.pid, 'SIGCONT');
    const late = await paused.logged('attempt');
    expect(late).to.include({ id: 'y', attempt: 1, settlement: 'retry', result: 'lost-claim' });
    expect(await client.hgetall('message:y')).to.deep.equal(held);
    open[1]?.writeHead(204).end();
    await until('its holder settles it', async () => (await client.exists('message:y')) === 0);
  });
});
