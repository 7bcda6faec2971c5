import type { LookupAddress } from 'node:dns';
import { expect } from 'chai';
import { NameLookups } from '../../../src/delivery/name-lookups.ts';
import { until } from '../../support/until.ts';
import { type Deferred, deferred, rejection } from '../support/deferred.ts';

const HERE: readonly LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

describe('delivery: looking names up', () => {
  let asked: { name: string; answer: Deferred<readonly LookupAddress[]> }[];
  let names: NameLookups;
  beforeEach(() => {
    asked = [];
    names = new NameLookups((name) => {
      const answer = deferred<readonly LookupAddress[]>();
      asked.push({ name, answer });
      return answer.promise;
    });
  });

  it('asks once for a name while it is asked for, and anew afterwards', async () => {
    const answers = [names.resolve('a'), names.resolve('a'), names.resolve('b')];
    expect(asked.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    for (const { answer } of asked) answer.resolve(HERE);
    expect(await Promise.all(answers)).to.deep.equal([HERE, HERE, HERE]);
    void names.resolve('a');
    expect(asked.map(({ name }) => name)).to.deep.equal(['a', 'b', 'a']);
  });

  it('remembers a failure for as long as it took', async () => {
    const since = performance.now();
    const first = rejection(names.resolve('dead'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    asked[0]?.answer.reject(new Error('nobody answers'));
    expect(await first).to.have.property('message', 'nobody answers');
    const took = performance.now() - since;
    expect(await rejection(names.resolve('dead'))).to.have.property('message', 'nobody answers');
    expect(asked).to.have.length(1);
    const failedAt = performance.now();
    await until('it is asked for again', () => {
      names.resolve('dead').catch(() => undefined);
      return asked.length === 2;
    });
    expect(performance.now() - failedAt).to.be.least(took / 2);
  });

  it('tries at once again what failed at once', async () => {
    const first = rejection(names.resolve('a'));
    asked[0]?.answer.reject(new Error('no such name'));
    await first;
    await until('it is asked for again', () => {
      names.resolve('a').catch(() => undefined);
      return asked.length === 2;
    });
  });
});
