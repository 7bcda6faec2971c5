import { expect } from 'chai';
import fc from 'fast-check';
import { DeferredIds } from '../../../src/dispatch/deferred-ids.ts';

describe('dispatch: deferred ids', () => {
  let ids: DeferredIds;

  beforeEach(() => {
    ids = new DeferredIds();
  });

  it('gives those of an origin and partition, the one deferred first before the others', () => {
    for (const id of ['c', 'a', 'b', 'a']) ids.add(0, 'x', id);
    ids.add(1, 'x', 'elsewhere');
    ids.add(0, 'y', 'other');
    expect(ids.take(0, 'x', 2)).to.deep.equal(['c', 'a']);
    expect(ids.take(0, 'x', 2)).to.deep.equal(['b']);
    expect(ids.take(0, 'x', 2)).to.deep.equal([]);
    expect(ids.take(2, 'x', 2)).to.deep.equal([]);
    expect([ids.countOf('x'), ids.countOf('y'), ids.count()]).to.deep.equal([1, 1, 2]);
  });

  it('names the partitions of an origin in turns, and none when there is nothing left', () => {
    for (const partition of [2, 0, 1]) ids.add(partition, 'x', `${partition}`);
    const next = () => ids.nextPartition('x');
    expect([next(), next(), next(), next()]).to.deep.equal([2, 0, 1, 2]);
    for (const partition of [0, 1, 2]) ids.take(partition, 'x', 9);
    expect(next()).to.equal(undefined);
  });

  it('forgets what is too much: of one origin, and of all', () => {
    for (let i = 0; i < 50_001; i += 1) ids.add(0, 'x', `${i}`);
    expect(ids.countOf('x')).to.equal(50_000);
    for (let i = 0; i < 50_000; i += 1) ids.add(0, `y${i % 3}`, `${i}`);
    ids.add(0, 'z', 'a');
    expect([ids.countOf('z'), ids.count()]).to.deep.equal([0, 100_000]);
    ids.take(0, 'x', 1);
    ids.add(0, 'z', 'a');
    expect(ids.countOf('z')).to.equal(1);
  });

  it('counts right, whatever is added and taken', () => {
    const origin = fc.constantFrom('x', 'y');
    const step = fc.tuple(fc.boolean(), fc.nat(2), origin, fc.nat(5));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const some = new DeferredIds();
        const known = new Set<string>();
        for (const [adds, partition, name, n] of steps) {
          const prefix = `${name} ${partition} `;
          if (adds) {
            some.add(partition, name, `${prefix}${n}`);
            known.add(`${prefix}${n}`);
          } else {
            for (const id of some.take(partition, name, n)) {
              expect(id.startsWith(prefix)).to.equal(true);
              expect(known.delete(id)).to.equal(true);
            }
          }
          const of = (one: string) => [...known].filter((id) => id.startsWith(one)).length;
          expect([some.countOf('x'), some.countOf('y'), some.count()]).to.deep.equal([
            of('x'),
            of('y'),
            known.size,
          ]);
        }
      }),
    );
  });
});
