import { expect } from 'chai';
import fc from 'fast-check';
import { Keys } from '../../../src/store/keys.ts';

/** Ids of any characters, rich in those that mean something in a Redis key or glob. */
const ids = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: fc.constantFrom(...'{}:*?[]\\^- aé😀\n') }),
  fc.constantFrom('{0}:a', '{7}:', '}', '{', '}:', 'message:a', 'due:{1}:a', '*', 'a{b}c'),
);
const prefixes = fc.constantFrom('', 'app:', 'a.b-', 'due:', 'message:', '*[x]');
const counts = fc.constantFrom(1, 2, 3, 8, 1024);

/** The part of a key Redis Cluster hashes: between the first brace and the next closing one. */
function hashTag(key: string): string | undefined {
  return /^[^{]*\{([^}]+)\}/.exec(key)?.[1];
}

describe('store: keys', () => {
  it('are plain in one partition', () => {
    const keys = new Keys('', 1);
    expect({
      message: keys.message('a:1'),
      shadow: keys.shadow('a:1'),
      dueIndex: keys.dueIndex(0),
      failedIndex: keys.failedIndex(0),
      deliveryLog: keys.deliveryLog(0),
      claimRecord: keys.claimRecord(0, 'r1'),
      partitionCount: keys.partitionCount(),
      canary: keys.canary(0, 'r1'),
      messagePattern: keys.messagePattern(),
    }).to.deep.equal({
      message: 'message:a:1',
      shadow: 'due:a:1',
      dueIndex: 'index:due',
      failedIndex: 'index:failed',
      deliveryLog: 'log:deliveries',
      claimRecord: 'claim:r1',
      partitionCount: 'meta:partitions',
      canary: 'canary:r1',
      messagePattern: 'message:*',
    });
  });

  it('carry the partition as a hash tag when there are several, and the prefix first', () => {
    const keys = new Keys('app:', 8);
    expect({
      message: keys.message('a'),
      shadow: keys.shadow('a'),
      dueIndex: keys.dueIndex(3),
      failedIndex: keys.failedIndex(3),
      deliveryLog: keys.deliveryLog(3),
      claimRecord: keys.claimRecord(3, 'r1'),
      partitionCount: keys.partitionCount(),
      canary: keys.canary(3, 'r1'),
      messagePattern: keys.messagePattern(),
    }).to.deep.equal({
      message: 'app:message:{3}:a',
      shadow: 'app:due:{3}:a',
      dueIndex: 'app:index:{3}:due',
      failedIndex: 'app:index:{3}:failed',
      deliveryLog: 'app:log:{3}:deliveries',
      claimRecord: 'app:claim:{3}:r1',
      partitionCount: 'app:meta:partitions',
      canary: 'app:canary:{3}:r1',
      messagePattern: 'app:message:*',
    });
  });

  it('keep the partition of an id for good: it is CRC-32 of its UTF-8 bytes, modulo the count', () => {
    const partitions = (count: number) =>
      ['a', 'order-1', 'pedido-ção', '😀', '{3}:a'].map((id) =>
        new Keys('', count).partitionOf(id),
      );
    expect(partitions(1)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(partitions(8)).to.deep.equal([3, 7, 4, 4, 0]);
    expect(partitions(1024)).to.deep.equal([579, 1007, 764, 324, 312]);
  });

  it('spread ids over all partitions, about evenly', () => {
    const keys = new Keys('', 8);
    const sizes = keys.allPartitions().map(() => 0);
    for (let i = 0; i < 8000; i += 1) {
      const partition = keys.partitionOf(`order-${i}`);
      sizes[partition] = (sizes[partition] ?? 0) + 1;
    }
    for (const size of sizes) expect(size).to.be.within(800, 1200);
  });

  it('lead back from a shadow key to the partition and from a message key to the id', () => {
    fc.assert(
      fc.property(prefixes, counts, ids, (prefix, count, id) => {
        const keys = new Keys(prefix, count);
        expect(keys.partitionOfShadow(keys.shadow(id))).to.equal(keys.partitionOf(id));
        expect(keys.idOfMessage(keys.message(id))).to.equal(id);
      }),
      { numRuns: 1000 },
    );
  });

  it('of one message share one hash tag with the indexes of its partition', () => {
    fc.assert(
      fc.property(
        prefixes,
        counts.filter((count) => count > 1),
        ids,
        (prefix, count, id) => {
          const keys = new Keys(prefix, count);
          const partition = keys.partitionOf(id);
          const tags = [
            keys.message(id),
            keys.shadow(id),
            keys.dueIndex(partition),
            keys.failedIndex(partition),
            keys.deliveryLog(partition),
            keys.claimRecord(partition, 'replica'),
          ].map(hashTag);
          expect(new Set(tags)).to.deep.equal(new Set([String(partition)]));
        },
      ),
    );
  });

  it('of different ids and kinds are different', () => {
    fc.assert(
      fc.property(counts, ids, ids, (count, one, other) => {
        fc.pre(one !== other);
        const keys = new Keys('app:', count);
        const partition = keys.partitionOf(one);
        const all = [
          ...[one, other].flatMap((id) => [keys.message(id), keys.shadow(id)]),
          keys.dueIndex(partition),
          keys.failedIndex(partition),
          keys.deliveryLog(partition),
          keys.partitionCount(),
        ];
        expect(new Set(all).size).to.equal(all.length);
      }),
    );
  });

  it('of others are recognised as such', () => {
    const one = new Keys('app:', 1);
    for (const key of ['due:a', 'app:message:a', 'app:index:due', 'other', '']) {
      expect(one.partitionOfShadow(key), key).to.equal(undefined);
    }
    const many = new Keys('app:', 8);
    for (const key of [
      'app:due:a',
      'app:due:{8}:a',
      'app:due:{x}:a',
      'app:due:{}:a',
      'due:{1}:a',
    ]) {
      expect(many.partitionOfShadow(key), key).to.equal(undefined);
    }
    for (const key of ['message:a', 'app:message', 'app:due:a', '']) {
      expect(one.idOfMessage(key), key).to.equal(undefined);
    }
    // A hash tag that is not the one of this id: written with another number of partitions.
    for (const key of ['app:message:a', 'app:message:{4}:a', 'app:message:{3}']) {
      expect(many.idOfMessage(key), key).to.equal(undefined);
    }
  });

  it('match the pattern of message keys literally, prefix included', () => {
    expect(new Keys('a*b[c]?\\', 1).messagePattern()).to.equal('a\\*b\\[c\\]\\?\\\\message:*');
  });

  it('exist for every partition from 0 on', () => {
    expect(new Keys('', 1).allPartitions()).to.deep.equal([0]);
    expect(new Keys('', 3).allPartitions()).to.deep.equal([0, 1, 2]);
    const spread = new Keys('app:', 1).withPartitions(3);
    expect(spread.partitions).to.equal(3);
    expect(spread.dueIndex(2)).to.equal('app:index:{2}:due');
  });
});
