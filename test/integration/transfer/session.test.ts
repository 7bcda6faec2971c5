import { expect } from 'chai';
import { StoreUnavailableError } from '../../../src/domain/errors.ts';
import { UnfitStoreError } from '../../../src/store/fitness.ts';
import { everything } from '../../support/legacy.ts';
import { useRedis } from '../../support/redis.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { openTestTransfer } from '../../support/transfer.ts';
import { rejection } from '../../unit/support/deferred.ts';

describe('transfer: the session', () => {
  const redis = useRedis();

  it('records the number of partitions as the service does, unless it only looks', async () => {
    const { client, port } = redis.current;
    (await openTestTransfer({ port, partitions: 3 }, 'look')).close();
    expect(await everything(client)).to.deep.equal({});
    (await openTestTransfer({ port, partitions: 3 })).close();
    expect(await client.get('meta:partitions')).to.equal('3');
    (await openTestTransfer({ port, partitions: 4 }, 'look')).close();
    expect(await client.get('meta:partitions')).to.equal('3');
  });

  for (const mode of ['look', 'write'] as const) {
    it(`refuses another number of partitions over messages (${mode})`, async () => {
      const { port } = redis.current;
      const store = await openStore(port);
      await store.messages.schedule(newMessage('x', Date.now() + 60_000));
      const error = await rejection(openTestTransfer({ port, partitions: 2 }, mode));
      expect(error).to.be.instanceOf(UnfitStoreError);
      expect(error).to.have.property('message').that.contains('set PARTITIONS=1');
      await store.stop();
    });
  }

  it('cannot be opened where there is no Redis', async () => {
    const error = await rejection(openTestTransfer({ port: 1 }));
    expect(error).to.be.instanceOf(StoreUnavailableError);
    expect(error).to.have.property('message').that.contains('ECONNREFUSED');
  });

  it('fails, and does not wait, when the connection is lost', async () => {
    const { client, port } = redis.current;
    const session = await openTestTransfer({ port });
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const error = await rejection(session.transfer.count());
    expect(error).to.be.instanceOf(StoreUnavailableError);
    session.close();
  });

  it('knows the replicas that are connected, and no other client', async () => {
    const { port } = redis.current;
    const session = await openTestTransfer({ port });
    expect(await session.runningReplicas()).to.deep.equal([]);
    const store = await openStore(port, { replica: 'host-1' });
    expect(await session.runningReplicas()).to.deep.equal(['host-1']);
    await store.stop();
    session.close();
  });
});
