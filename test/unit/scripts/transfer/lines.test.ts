import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../../scripts/lib/user-error.mjs';
import { type Line, readLines } from '../../../../scripts/transfer/lines.ts';

async function linesOf(chunks: readonly (Buffer | string)[]): Promise<Line[]> {
  const lines: Line[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const batch of readLines(stream)) lines.push(...batch);
  return lines;
}

describe('transfer: lines', () => {
  it('are the same however the stream is cut, between the bytes of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(fc.nat(40)),
        async (texts, cuts) => {
          const whole = Buffer.from(texts.join('\n'));
          const chunks = [0, ...cuts.sort((a, b) => a - b)].map((from, i, all) =>
            whole.subarray(from, all[i + 1] ?? whole.length),
          );
          const expected = texts
            .join('\n')
            .split('\n')
            .map((text, i) => ({ number: i + 1, text }))
            .filter(({ text }) => text.trim() !== '');
          expect(await linesOf(chunks.filter(({ length }) => length > 0))).to.deep.equal(expected);
        },
      ),
    );
  });

  it('come in batches of at most 100, and fewer when they are long', async () => {
    const sizes: number[] = [];
    const short = Array.from({ length: 250 }, (_, i) => `${i}\n`);
    const long = Array.from({ length: 4 }, () => `${'x'.repeat(600_000)}\n`);
    for await (const batch of readLines(Readable.from([...short, ...long]))) {
      sizes.push(batch.length);
    }
    expect(sizes).to.deep.equal([100, 100, 52, 2]);
  });

  it('are read no further than a batch ahead', async () => {
    let produced = 0;
    const source = function* () {
      for (; produced < 100_000; produced += 1) yield `${'x'.repeat(1000)}\n`;
    };
    const stream = Readable.from(source(), { objectMode: false });
    for await (const _batch of readLines(stream)) break;
    expect(produced).to.be.below(1000);
  });

  it('without end are refused', async () => {
    const source = function* () {
      for (;;) yield 'x'.repeat(16 * 1024 * 1024);
    };
    let error: unknown;
    try {
      for await (const _batch of readLines(Readable.from(source(), { objectMode: false }))) break;
    } catch (caught) {
      error = caught;
    }
    expect(error).to.be.instanceOf(UserError);
  });
});
