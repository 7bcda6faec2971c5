import { createReadStream } from 'node:fs';
import type { RemoveVerdict, Transfer } from '../../src/store/transfer.ts';
import { readLine } from './export-format.ts';
import { type Line, readLines } from './lines.ts';
import { showProgress } from './progress.ts';
import { number, summary } from './summary.ts';

/**
 * Removes the messages that an export holds. It reads them back from the file: what is not there to be
 * imported again is not removed.
 * @returns how many messages are left in Redis
 */
export async function removeExported(transfer: Transfer, file: string): Promise<number> {
  const counts: Record<RemoveVerdict, number> = { removed: 0, changed: 0, 'not-found': 0 };
  const describe = () => `${number(counts.removed)} messages removed`;
  await showProgress(describe, async () => {
    for await (const lines of readLines(createReadStream(file))) {
      await Promise.all(lines.map((line) => removeOne(transfer, line, counts)));
    }
  });
  const left = await transfer.count();
  const lines = summary('Removed from Redis:', 'write', [
    [counts.removed, 'messages'],
    [counts.changed, 'left alone: they changed after they were written', 'hide-zero'],
    [counts['not-found'], 'had gone already: an import brings them back', 'hide-zero'],
    [left, 'still in Redis: it keeps its number of partitions', 'hide-zero'],
  ]);
  console.error(lines.join('\n'));
  return left;
}

async function removeOne(
  transfer: Transfer,
  { text }: Line,
  counts: Record<RemoveVerdict, number>,
): Promise<void> {
  const line = readLine(text);
  if (line.kind !== 'message') return;
  counts[await transfer.remove(line.message.fields)] += 1;
}
