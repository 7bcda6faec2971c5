import { expect } from 'chai';
import { Redis } from 'ioredis';
import { StoreUnavailableError, UnsupportedDurabilityError } from '../../../src/domain/errors.ts';
import { purposeOptions } from '../../../src/store/connections/redis-options.ts';
import { WaitLane } from '../../../src/store/durability/wait-lane.ts';
import { settingsOf } from '../../support/store.ts';
import { type StubRedis, startStubRedis } from '../../support/stub-redis.ts';

const INFO = 'role:master\r\nmaster_replid:abc\r\n';

/** Redis 7.2 is not on every machine: how it answers WAITAOF is taken from its documentation. */
describe('a wait for the disk, at a stub that answers as Redis 7.2 does', () => {
  let stub: StubRedis;
  let lane: WaitLane;
  let toWait: string;

  beforeEach(async () => {
    toWait = '*2\r\n:1\r\n:0\r\n';
    stub = await startStubRedis((command) => {
      if (/^info/i.test(command)) return `$${INFO.length}\r\n${INFO}\r\n`;
      return /^waitaof/i.test(command) ? toWait : '+OK\r\n';
    });
    const address = { host: '127.0.0.1', port: stub.port };
    const settings = settingsOf({ kind: 'standalone', ...address });
    const redis = new Redis({ ...purposeOptions(settings, 'waits', 'test'), ...address });
    redis.on('error', () => undefined);
    lane = new WaitLane(redis, 'fsync', 700);
  });
  afterEach(async () => {
    lane.close();
    await stub.close();
  });

  it('asks for the master’s own disk and no replica’s, after a PING, for as long as it may', async () => {
    expect(await lane.join()).to.deep.equal({ reached: true, history: 'abc' });
    expect(stub.commands.slice(-3)).to.deep.equal(['ping', 'WAITAOF 1 0 700', 'info replication']);
  });

  it('has not reached it when the disk was too slow, whatever replicas have done', async () => {
    toWait = '*2\r\n:0\r\n:2\r\n';
    expect(await lane.join()).to.deep.equal({ reached: false, history: 'abc' });
  });

  it('is not to be had without an append-only file', async () => {
    toWait = '-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n';
    const error = await lane.check().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UnsupportedDurabilityError);
    expect(String(error)).to.contain('appendonly is disabled');
    toWait = '*2\r\n:1\r\n:0\r\n';
    await lane.check();
  });

  it('fails with its connection', async () => {
    await lane.check();
    toWait = '';
    const waiting = lane.join();
    stub.cut();
    const error = await waiting.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(StoreUnavailableError);
  });
});
