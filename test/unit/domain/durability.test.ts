import { expect } from 'chai';
import { isDurability, replicasOf } from '../../../src/domain/durability.ts';

describe('domain: durability', () => {
  it('is memory, a small number of replicas, or fsync', () => {
    for (const text of ['memory', 'replica:1', 'replica:9', 'fsync']) {
      expect(isDurability(text), text).to.equal(true);
    }
  });

  for (const text of ['', 'Memory', 'replica', 'replica:', 'replica:0', 'replica:10', 'fsync ']) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(isDurability(text)).to.equal(false);
    });
  }

  it('says how many replicas it is about', () => {
    expect(replicasOf('replica:3')).to.equal(3);
    for (const other of ['memory', 'fsync'] as const) {
      expect(replicasOf(other)).to.equal(undefined);
    }
  });
});
