import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Gatherer } from '../../../src/store/gatherer.ts';

describe('store: gatherer', () => {
  let calls: [partition: number, requests: readonly string[]][];
  let answer: (requests: readonly string[]) => Promise<(string | Error)[]>;
  let gatherer: Gatherer<string, string>;

  beforeEach(() => {
    calls = [];
    answer = async (requests) => requests.map((request) => `${request}!`);
    gatherer = new Gatherer({
      call: (partition, requests) => {
        calls.push([partition, requests]);
        return answer(requests);
      },
      maxRequests: 3,
      bytesOf: (request) => request.length,
      maxBytes: 10,
    });
  });

  const add = (partition: number, ...requests: string[]) =>
    Promise.all(requests.map((request) => gatherer.add(partition, request)));

  it('joins what comes in one turn, by partition, and gives each its own result', async () => {
    const results = await Promise.all([add(1, 'a', 'b'), add(2, 'c')]);
    expect(results).to.deep.equal([['a!', 'b!'], ['c!']]);
    expect(calls).to.deep.equal([
      [1, ['a', 'b']],
      [2, ['c']],
    ]);
  });

  it('makes another call for what comes in the next turn, without waiting for an answer', async () => {
    answer = () => new Promise(() => undefined);
    void gatherer.add(0, 'a');
    await turn();
    void gatherer.add(0, 'b');
    await turn();
    expect(calls).to.deep.equal([
      [0, ['a']],
      [0, ['b']],
    ]);
  });

  it('calls at once when a call has as many requests as it may', async () => {
    const results = add(0, 'a', 'b', 'c', 'd');
    expect(calls).to.deep.equal([[0, ['a', 'b', 'c']]]);
    expect(await results).to.deep.equal(['a!', 'b!', 'c!', 'd!']);
    expect(calls.map(([, requests]) => requests)).to.deep.equal([['a', 'b', 'c'], ['d']]);
  });

  it('calls at once when a call comes to as many bytes as it may', async () => {
    await add(0, 'a', '0123456789', 'b');
    expect(calls.map(([, requests]) => requests)).to.deep.equal([['a', '0123456789'], ['b']]);
  });

  it('rejects the one whose result is an error, and no other', async () => {
    const error = new Error('refused');
    answer = async (requests) => requests.map((request) => (request === 'b' ? error : request));
    const settled = await Promise.allSettled(['a', 'b', 'c'].map((r) => gatherer.add(0, r)));
    expect(settled).to.deep.equal([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 'c' },
    ]);
  });

  it('rejects all of a call that fails, and goes on with the next', async () => {
    const error = new Error('away');
    answer = () => Promise.reject(error);
    const settled = await Promise.allSettled(['a', 'b'].map((r) => gatherer.add(0, r)));
    expect(settled.map((one) => one.status === 'rejected' && one.reason)).to.deep.equal([
      error,
      error,
    ]);
    answer = async (requests) => [...requests];
    expect(await gatherer.add(0, 'c')).to.equal('c');
  });
});
