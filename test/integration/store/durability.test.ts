import { expect } from 'chai';
import type { Durability } from '../../../src/domain/durability.ts';
import {
  MessageError,
  NotDurableError,
  UnsupportedDurabilityError,
} from '../../../src/domain/errors.ts';
import { UnfitStoreError } from '../../../src/store/fitness.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { redisNow } from '../../support/redis-state.ts';
import { useReplicatedRedis } from '../../support/replicated-redis.ts';
import { newMessage, openStore, type TestStoreOptions } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const HOUR_MS = 3_600_000;
const RECORD = { attempt: 1, outcome: 'x', statusCode: 0, lateness: 0, duration: 0, error: 'e' };

/** Short, for tests in which it passes. */
const TIMEOUT_MS = 300;

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('changes that replicas have to receive', () => {
  const redis = useReplicatedRedis(2, ['--enable-debug-command', 'yes']);
  let store: Store | undefined;
  let dueAt: number;

  beforeEach(async () => {
    dueAt = (await redisNow(redis.current.master.client)) + HOUR_MS;
  });
  afterEach(async () => {
    await store?.stop();
    store = undefined;
  });

  async function open(options: TestStoreOptions = {}): Promise<Store> {
    store = await openStore(redis.current.master.port, options);
    return store;
  }

  const schedule = ({ messages }: Store, id: string, durability: Durability = 'replica:1') =>
    messages.schedule(newMessage(id, dueAt), { durability });

  async function callsOf(command: string): Promise<number> {
    const stats = await redis.current.master.client.info('commandstats');
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  }

  it('are acknowledged when so many have, and not before', async () => {
    const opened = await open();
    const [first, second] = redis.current.replicas;
    if (first === undefined || second === undefined) throw new Error('there are two');
    redis.current.pause(second);
    expect(await schedule(opened, 'a', 'replica:1')).to.equal('scheduled');
    expect(await first.client.exists('message:a')).to.equal(1);
    let answered = false;
    const both = schedule(opened, 'b', 'replica:2').finally(() => {
      answered = true;
    });
    await until('one has it', async () => (await first.client.exists('message:b')) === 1);
    // What needs no second replica is not held up by what does.
    await schedule(opened, 'c', 'replica:1');
    await schedule(opened, 'd', 'memory');
    expect(answered).to.equal(false);
    redis.current.resume(second);
    expect(await both).to.equal('scheduled');
    expect(await second.client.exists('message:b')).to.equal(1);
  });

  it('fail when too few have in time, each of them; the message may be there', async () => {
    const opened = await open({ commandTimeoutMs: TIMEOUT_MS });
    const { master, replicas } = redis.current;
    const { messages, leases } = opened;
    for (const id of ['moved', 'fired', 'gone', 'failed', 'taken']) await schedule(opened, id);
    await messages.fire('failed');
    const claim = { partition: 0, limit: 1, leaseMs: HOUR_MS, token: 'token' };
    const [failed] = (await leases.claim(claim)).messages;
    if (failed === undefined) throw new Error('nothing was claimed');
    await leases.settle(failed, { kind: 'fail', error: 'e' }, RECORD);
    for (const replica of replicas) redis.current.pause(replica);
    const taken = errorOf(schedule(opened, 'taken'));
    const errors = await Promise.all(
      [
        schedule(opened, 'a'),
        messages.schedule(newMessage('taken', dueAt), {
          onConflict: 'ignore',
          durability: 'replica:1',
        }),
        messages.reschedule('moved', { payload: '2' }, 'replica:1'),
        messages.fire('fired', 'replica:1'),
        messages.replay('failed', 'replica:1'),
        messages.cancel('gone', 'replica:1'),
      ].map(errorOf),
    );
    for (const error of errors) expect(error).to.be.instanceOf(NotDurableError);
    // Refused is refused, and waits for nobody’s sake but that of those it was sent with.
    expect(await taken)
      .to.be.instanceOf(MessageError)
      .and.include({ code: 'message-exists' });
    expect(await master.client.exists('message:a')).to.equal(1);
    expect(await master.client.exists('message:gone')).to.equal(0);
  });

  it('are as durable when repeated under an idempotency key', async () => {
    const opened = await open({ commandTimeoutMs: TIMEOUT_MS });
    const again = () =>
      opened.messages.schedule(newMessage('a', dueAt), {
        idempotency: { key: 'k', fingerprint: 'f' },
        durability: 'replica:1',
      });
    expect(await again()).to.equal('scheduled');
    for (const replica of redis.current.replicas) redis.current.pause(replica);
    expect(await errorOf(again())).to.be.instanceOf(NotDurableError);
    for (const replica of redis.current.replicas) redis.current.resume(replica);
    expect(await again()).to.equal('scheduled');
  });

  it('share their waits', async () => {
    const opened = await open();
    const ids = Array.from({ length: 500 }, (_, i) => `m${i}`);
    await Promise.all(ids.map((id) => schedule(opened, id)));
    expect(await callsOf('wait')).to.be.within(1, 50);
    const { replicas } = redis.current;
    const received = await Promise.all(replicas.map(({ client }) => client.zcard('index:due')));
    expect(received).to.include(ids.length);
  });

  it('wait for nothing, and open no connection for it, where memory is enough', async () => {
    const opened = await open();
    await schedule(opened, 'a', 'memory');
    expect(await callsOf('wait')).to.equal(0);
    const clients = String(await redis.current.master.client.client('LIST'));
    expect(clients).not.to.contain('agendamento:waits');
  });

  it('are made again when their master turned out to be another meanwhile', async () => {
    const opened = await open();
    await schedule(opened, 'before');
    await redis.current.master.client.call('DEBUG', 'CHANGE-REPL-ID');
    await redis.current.master.client.config('RESETSTAT');
    expect(await schedule(opened, 'after')).to.equal('scheduled');
    // The first wait was at a server that may have been another: it did not count.
    expect(await callsOf('evalsha')).to.be.above(1);
    expect(await callsOf('wait')).to.be.above(1);
    await redis.current.master.client.config('RESETSTAT');
    await schedule(opened, 'later');
    expect(await callsOf('evalsha')).to.equal(1);
  });

  it('go on after the connection that waits was lost', async () => {
    const opened = await open();
    await schedule(opened, 'before');
    const { client } = redis.current.master;
    const line = String(await client.client('LIST'))
      .split('\n')
      .find((one) => one.includes('agendamento:waits'));
    await client.client('KILL', 'ID', Number(/^id=(\d+)/.exec(line ?? '')?.[1]));
    expect(await schedule(opened, 'after')).to.equal('scheduled');
  });
});

describe('a durability that this Redis does not have', () => {
  const redis = useRedis();

  const openWith = (options: TestStoreOptions) => openStore(redis.current.port, options);

  it('fsync: is refused at start, and to a request, with what Redis says (no WAITAOF before 7.2)', async () => {
    const unfit = await errorOf(openWith({ durability: 'fsync' }));
    expect(unfit).to.be.instanceOf(UnfitStoreError);
    expect(String(unfit)).to.match(/DURABILITY: fsync .*WAITAOF.* Redis 7\.2 or newer/);
    const store = await openWith({});
    for (let n = 0; n < 2; n += 1) {
      const refused = await errorOf(store.waits.check('fsync'));
      expect(refused).to.be.instanceOf(UnsupportedDurabilityError);
    }
    await store.waits.check('replica:1');
    await store.waits.check('memory');
    await store.stop();
  });

  it('replica: is refused at start to a user who may not WAIT', async () => {
    const { client } = redis.current;
    await client.call('ACL', 'SETUSER', 'hasty', 'on', '>p', '~*', '&*', '+@all', '-wait');
    const user = { username: 'hasty', password: 'p' };
    const unfit = await errorOf(openWith({ ...user, durability: 'replica:1' }));
    expect(unfit).to.be.instanceOf(UnfitStoreError);
    expect(String(unfit)).to.contain('NOPERM').and.to.contain('WAIT');
    const store = await openWith(user);
    await store.stop();
  });

  it('is no reason to refuse while Redis is only a replica: it is waited for', async () => {
    const { client } = redis.current;
    // Written before: a replica takes no writes.
    await (await openWith({})).stop();
    await client.replicaof('127.0.0.1', '1');
    const opening = openWith({ durability: 'replica:1' });
    await until('asked to wait', async () => {
      return String(await client.client('LIST')).includes('agendamento:waits');
    });
    await client.replicaof('NO', 'ONE');
    await (await opening).stop();
  });
});
