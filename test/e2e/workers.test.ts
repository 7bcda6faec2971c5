import { expect } from 'chai';
import { AUTH, apiAt, ask, expectProblem, messageBody } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { spawnService, startService } from '../support/service.ts';
import { newMessage, openStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;

describe('several processes of one service', () => {
  const redis = useRedis();
  const receiver = useReceiver();

  const dueAt = (ms: number) => ({
    scheduleTo: new Date(Date.now() + ms).toISOString(),
    webhookUrl: receiver.current.url,
  });

  /** The processes that Redis sees, by the names of their connections. */
  async function replicas(): Promise<Set<string>> {
    const clients = String(await redis.current.client.client('LIST'));
    return new Set(
      [...clients.matchAll(/name=agendamento:commands:(\S+)/g)].map(([, name]) => name ?? ''),
    );
  }

  it('WORKERS=3 share one port and deliver each message once', async () => {
    const service = await startService(redis.current.port, { WORKERS: '3', REPLICA_NAME: 'box' });
    try {
      expect(await replicas()).to.deep.equal(new Set(['box-1', 'box-2', 'box-3']));
      const messages = Array.from({ length: 300 }, (_, n) => messageBody(`m-${n}`, dueAt(300)));
      const { status } = await service.call('POST', '/messages/batch', { messages });
      expect(status).to.equal(207);
      await receiver.current.waitFor(300);
      expect(new Set(receiver.current.countById().values())).to.deep.equal(new Set([1]));
    } finally {
      expect(await service.end()).to.equal(0);
    }
    expect(await replicas()).to.deep.equal(new Set());
  });

  it('replaces a worker that is killed; the others go on meanwhile', async () => {
    const service = await startService(redis.current.port, { WORKERS: '2' });
    try {
      const [killed = '', other = ''] = await replicas();
      // Its name tells its process id.
      process.kill(Number(killed.split('-').at(-2)), 'SIGKILL');
      await service.logged('a worker ended by itself');
      await apiAt(service.url).post(messageBody('a', dueAt(0)));
      await receiver.current.waitFor(1);
      await until('another has taken its place', async () => (await replicas()).size === 2);
      expect([...(await replicas())])
        .to.include(other)
        .and.not.include(killed);
    } finally {
      expect(await service.end()).to.equal(0);
    }
  });

  it('a worker that cannot start stops them all, with its reason in the log', async () => {
    const store = await openStore(redis.current.port);
    await store.messages.schedule(newMessage('a', Date.now() + HOUR_MS));
    await store.stop();
    const env = { REDIS_PORT: String(redis.current.port), PARTITIONS: '7', WORKERS: '2' };
    const service = spawnService(env);
    await service.logged('could not start: worker');
    expect(service.logs.some(({ msg }) => msg.includes('PARTITIONS'))).to.equal(true);
    expect(await service.end()).to.equal(1);
  });

  it('ROLE splits them: one process takes requests, another delivers', async () => {
    const api = await startService(redis.current.port, { ROLE: 'api' });
    const worker = await startService(redis.current.port, { ROLE: 'worker' });
    try {
      const refused = await ask(worker.url, { method: 'GET', path: '/messages', headers: AUTH });
      expect(expectProblem(refused, 404).detail).to.contain('ROLE=worker');
      expect((await ask(worker.url, { method: 'GET', path: '/health' })).status).to.equal(200);
      await apiAt(api.url).post(messageBody('a', dueAt(100)));
      await receiver.current.waitFor(1);
      expect(await worker.end()).to.equal(0);
      await apiAt(api.url).post(messageBody('b', dueAt(0)));
      await apiAt(api.url).post(messageBody('c', dueAt(HOUR_MS)));
      const { scheduled } = JSON.parse((await apiAt(api.url).send('GET', '/stats')).text).messages;
      expect(scheduled).to.equal(2);
      expect([...receiver.current.countById().keys()]).to.deep.equal(['a']);
    } finally {
      await worker.end();
      await api.end();
    }
  });
});
