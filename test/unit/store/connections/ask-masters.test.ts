import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { StoreUnavailableError } from '../../../../src/domain/errors.ts';
import { askAnyMasters, askMasters } from '../../../../src/store/connections/ask-masters.ts';
import type { Master } from '../../../../src/store/connections/connections.ts';

/** A master whose answer is its name, or which is away. */
function master(name: string, isAway = false): Master {
  const server = () => {
    if (isAway) throw new StoreUnavailableError(`no connection to ${name}`);
    return { get: async () => name } as unknown as Redis;
  };
  return { name, partitions: [], server, createConnection: server };
}

const ask = (server: Redis) => server.get('');

describe('store: asking every master', () => {
  const some = { masters: () => [master('a'), master('b', true), master('c')] };
  const none = { masters: () => [master('a', true), master('b', true)] };

  const failureOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => error);

  it('gives all their answers, or fails', async () => {
    const all = { masters: () => [master('a'), master('b')] };
    expect(await askMasters(all, ask)).to.deep.equal(['a', 'b']);
    expect(await failureOf(askMasters(some, ask))).to.be.instanceOf(StoreUnavailableError);
  });

  it('gives the answers of those that answer, or fails when none does', async () => {
    expect(await askAnyMasters(some, ask)).to.deep.equal(['a', 'c']);
    expect(await failureOf(askAnyMasters(none, ask))).to.be.instanceOf(StoreUnavailableError);
  });

  it('fails while none is known', async () => {
    for (const asking of [askMasters, askAnyMasters]) {
      const failure = await failureOf(asking({ masters: () => [] }, ask));
      expect(failure).to.be.instanceOf(StoreUnavailableError);
    }
  });
});
