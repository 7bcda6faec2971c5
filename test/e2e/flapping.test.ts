import { expect } from 'chai';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { scheduleOne } from '../support/schedule.ts';
import { startService } from '../support/service.ts';

describe('a Redis that takes permissions away', () => {
  const redis = useRedis();
  const receiver = useReceiver();

  it('no subscribing any more: degraded, said once, and messages are still delivered', async () => {
    const { client, port } = redis.current;
    await client.call('ACL', 'SETUSER', 'svc', 'on', '>pw', '~*', '&*', '+@all');
    const service = await startService(port, { REDIS_USERNAME: 'svc', REDIS_PASSWORD: 'pw' });
    await service.logged('expired-key events flow');
    await client.call('ACL', 'SETUSER', 'svc', 'resetchannels');
    await service.logged('event mode is degraded');
    const { url } = receiver.current;
    await scheduleOne(service, { id: 'a', dueAt: Date.now() + 200, webhookUrl: url });
    await receiver.current.waitFor(1);
    expect(await service.end()).to.equal(0);
  });

  it('no INFO: the service starts all the same, and says what goes unchecked', async () => {
    const { client, port } = redis.current;
    await client.call('ACL', 'SETUSER', 'svc', 'on', '>pw', '~*', '&*', '+@all', '-info');
    const service = await startService(port, { REDIS_USERNAME: 'svc', REDIS_PASSWORD: 'pw' });
    await service.logged('does not permit INFO');
    expect((await service.call('GET', '/messages')).status).to.equal(200);
    expect(await service.end()).to.equal(0);
  });
});
