import { expect } from 'chai';
import type { PastAttempt } from '../../../src/store/details.ts';
import type { Store } from '../../../src/store/store.ts';
import { useRedis } from '../../support/redis.ts';
import { newMessage, openStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

/** Texts that could be taken for the end of an attempt and the beginning of the next. */
const ANSWERS = ['"},{"at":1,"', '},{"at":', '\\"},{\\"at\\":', '\0\u001f', 'ção 🦄', ''];

const HISTORY_BYTES = 32 * 1024;

describe('the history of a message', () => {
  const redis = useRedis();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(redis.current.port, { partitions: 1 });
  });
  afterEach(() => store.stop());

  /** Makes an attempt that fails, and is to be repeated at once. */
  async function failOnce(attempt: number, answer: string): Promise<void> {
    const token = `token-${attempt}`;
    const claim = () => store.leases.claim({ partition: 0, limit: 1, leaseMs: 60_000, token });
    const message = await until('it is claimed', async () => (await claim()).messages[0]);
    const error = 'the receiver answered 500';
    const record = {
      attempt,
      outcome: 'rejected',
      statusCode: 500,
      lateness: 0,
      duration: 1,
      error,
    };
    const settlement = { kind: 'retry', delayMs: 0, error, answer } as const;
    expect(await store.leases.settle(message, settlement, record)).to.equal('retried');
  }

  const history = async () => (await store.queries.message('a')).attempts as PastAttempt[];

  it('keeps how each answer begins, whatever it holds', async () => {
    await store.messages.schedule(newMessage('a', Date.now() - 50));
    for (const [n, answer] of ANSWERS.entries()) await failOnce(n + 1, answer);
    expect((await history()).map(({ answer }) => answer)).to.deep.equal(ANSWERS);
  });

  it('has a bound: the oldest attempts go, whole', async () => {
    await store.messages.schedule(newMessage('a', Date.now() - 50));
    const count = 100;
    for (let n = 1; n <= count; n += 1) {
      await failOnce(
        n,
        (ANSWERS[n % ANSWERS.length] ?? '').repeat(n).padEnd(1024, '"').slice(0, 1024),
      );
    }
    const stored = await redis.current.client.hget('message:a', 'attempts');
    expect(Buffer.byteLength(String(stored))).to.be.within(HISTORY_BYTES / 2, HISTORY_BYTES);
    const kept = (await history()).map(({ attempt }) => attempt);
    expect(kept.length).to.be.least(5);
    const oldest = count - kept.length + 1;
    expect(kept).to.deep.equal(Array.from(kept, (_, n) => oldest + n));
  });
});
