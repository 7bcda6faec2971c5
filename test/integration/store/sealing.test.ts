import { createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import type { PayloadKey } from '../../../src/runtime/payload-key.ts';
import type { Store } from '../../../src/store/store.ts';
import { openTransfer } from '../../../src/store/transfer-session.ts';
import { useRedis } from '../../support/redis.ts';
import { newMessage, openStore, settingsOf } from '../../support/store.ts';

const keyOf = (id: string, byte: number): PayloadKey => ({
  id,
  key: createSecretKey(Buffer.alloc(32, byte)),
});
const [OLD, NEW] = [keyOf('old', 1), keyOf('new', 2)];

const SECRET = '{"card":"4111"}';
const HEADERS = { authorization: 'Bearer top-secret' };
const LATER = Date.UTC(2099, 0, 1);

describe('payload keys', () => {
  const redis = useRedis();
  const opened: Store[] = [];

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.stop();
  });

  async function open(...payloadKeys: PayloadKey[]): Promise<Store> {
    const store = await openStore(redis.current.port, { payloadKeys });
    opened.push(store);
    return store;
  }

  const secret = (id: string, dueAt = Date.now()) =>
    newMessage(id, dueAt, { payload: SECRET, headers: HEADERS });

  const claim = async (store: Store) =>
    (
      await store.leases.claim({
        partition: 0,
        limit: 10,
        leaseMs: 60_000,
        token: `t${Math.random()}`,
      })
    ).messages;

  const field = (id: string, name: string) => redis.current.client.hget(`message:${id}`, name);

  it('keep payload and headers from who looks into Redis, and from nobody else', async () => {
    const store = await open(NEW, OLD);
    await store.messages.schedule(secret('a'));
    expect(await field('a', 'payload')).to.match(/^enc:v1:new:[\w-]+$/);
    expect(await field('a', 'headers')).to.match(/^enc:v1:new:[\w-]+$/);
    const dump = await redis.current.client.dumpBuffer('message:a');
    expect(dump?.toString('latin1')).not.to.match(/4111|top-secret/);
    const details = await store.queries.message('a');
    expect(details).to.include({ payload: SECRET, headers: JSON.stringify(HEADERS) });
    const [claimed] = await claim(store);
    expect(claimed).to.deep.include({ payload: SECRET, headers: HEADERS });
    expect(claimed).not.to.have.property('unreadable');
  });

  it('encrypt what a change or a replacement brings', async () => {
    const store = await open(NEW);
    await store.messages.schedule(secret('a', LATER));
    await store.messages.reschedule('a', { payload: '"changed"' });
    expect(await field('a', 'payload')).to.match(/^enc:v1:new:/);
    expect((await store.queries.message('a')).payload).to.equal('"changed"');
    const replacement = newMessage('a', LATER, { payload: '"replaced"' });
    await store.messages.schedule(replacement, { onConflict: 'replace' });
    expect((await store.queries.message('a')).payload).to.equal('"replaced"');
    expect(await field('a', 'payload')).to.match(/^enc:v1:new:/);
  });

  it('read what is plain: from before there were keys, or written by hand', async () => {
    await (await open()).messages.schedule(secret('before'));
    const [claimed] = await claim(await open(NEW));
    expect(claimed).to.deep.include({ id: 'before', payload: SECRET, headers: HEADERS });
  });

  it('that are missing cost only the messages under them, which can be replayed', async () => {
    await (await open(OLD)).messages.schedule(secret('under-old'));
    const store = await open(NEW);
    await store.messages.schedule(secret('under-new'));
    const claimed = await claim(store);
    expect(claimed.map(({ id, unreadable }) => [id, unreadable])).to.deep.equal([
      ['under-old', 'payload key "old" is not configured'],
      ['under-new', undefined],
    ]);
    expect(claimed[0]?.payload).to.equal('null');
    const [lost] = claimed;
    if (lost === undefined) return;
    const error = String(lost.unreadable);
    const record = {
      attempt: 1,
      outcome: 'unreadable',
      statusCode: 0,
      lateness: 0,
      duration: 0,
      error,
    };
    expect(await store.leases.settle(lost, { kind: 'fail', error }, record)).to.equal('failed');
    expect(await store.queries.message('under-old')).to.include({
      status: 'failed',
      lastError: error,
    });
    const whole = await open(NEW, OLD);
    await whole.messages.replay('under-old');
    expect((await claim(whole))[0]).to.deep.include({ id: 'under-old', payload: SECRET });
  });

  it('encrypt how a receiver’s answer began', async () => {
    const store = await open(NEW);
    await store.messages.schedule(secret('a'));
    const [claimed] = await claim(store);
    if (claimed === undefined) throw new Error('nothing was claimed');
    const error = 'the receiver answered 500';
    const record = {
      attempt: 1,
      outcome: 'rejected',
      statusCode: 500,
      lateness: 0,
      duration: 0,
      error,
    };
    await store.leases.settle(claimed, { kind: 'fail', error, answer: 'no 4111' }, record);
    expect(await field('a', 'attempts'))
      .to.include('"answer":"enc:v1:new:')
      .and.not.include('4111');
    const { attempts } = await store.queries.message('a');
    expect(attempts?.[0]?.answer).to.equal('no 4111');
  });

  it('keep an idempotency record from telling what was asked', async () => {
    const store = await open(NEW);
    const idempotency = { key: 'k', fingerprint: 'a-digest-of-the-body' };
    const schedule = () => store.messages.schedule(secret('a', LATER), { idempotency });
    expect(await schedule()).to.equal('scheduled');
    expect(await schedule()).to.equal('scheduled');
    const record = await redis.current.client.get('idempotency:k');
    expect(record)
      .to.match(/^\S+ scheduled$/)
      .and.not.include('a-digest-of-the-body');
    // With another first key it is not known again: refused, and nothing is done twice.
    const rotated = await open(OLD, NEW);
    const repeated = rotated.messages.schedule(secret('a', LATER), { idempotency });
    const refusal = await repeated.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).to.include({ code: 'key-reused' });
  });

  describe('and transfers', () => {
    const options = (...payloadKeys: PayloadKey[]) => ({
      redis: settingsOf({
        kind: 'standalone' as const,
        host: '127.0.0.1',
        port: redis.current.port,
      }),
      keyPrefix: '',
      partitions: 1,
      payloadKeys,
    });

    it('an export has the ciphertext, an import encrypts anew', async () => {
      await (await open(OLD)).messages.schedule(secret('a', LATER));
      const session = await openTransfer(options(NEW, OLD), 'write');
      const { value } = await session.transfer.walk().next();
      const [fields] = value?.messages ?? [];
      expect(fields.payload).to.match(/^enc:v1:old:/);
      expect(session.transfer.reveal(fields)).to.include({
        payload: SECRET,
        headers: JSON.stringify(HEADERS),
      });
      await redis.current.client.flushall();
      await session.transfer.restore({ fields, id: 'a', status: 'scheduled', at: LATER }, 'write');
      session.close();
      expect(await field('a', 'payload')).to.match(/^enc:v1:new:/);
      expect((await (await open(NEW)).queries.message('a')).payload).to.equal(SECRET);
    });

    it('an import without the key leaves the ciphertext for who has it', async () => {
      await (await open(OLD)).messages.schedule(secret('a', LATER));
      const session = await openTransfer(options(), 'write');
      const { value } = await session.transfer.walk().next();
      const [fields] = value?.messages ?? [];
      expect(() => session.transfer.reveal(fields)).to.throw('payload key "old" is not configured');
      await redis.current.client.flushall();
      await session.transfer.restore({ fields, id: 'a', status: 'scheduled', at: LATER }, 'write');
      session.close();
      expect((await (await open(OLD)).queries.message('a')).payload).to.equal(SECRET);
    });

    it('what came from the old service is encrypted, and known again', async () => {
      const session = await openTransfer(options(NEW), 'write');
      const adopt = () => session.transfer.adopt(secret('a', LATER), '{"its":"text"}', 'write');
      expect((await adopt()).verdict).to.equal('imported');
      await redis.current.client.del('import:legacy');
      expect((await adopt()).verdict).to.equal('already');
      session.close();
      expect(await field('a', 'payload')).to.match(/^enc:v1:new:/);
    });
  });
});
