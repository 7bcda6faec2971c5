import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { RestoreVerdict, Transfer, TransferMode } from '../../src/store/transfer.ts';
import { UserError } from '../lib/user-error.mjs';
import { DONE, runCommand, SKIPPED, userPath } from './command.ts';
import { readHeader, readLine } from './export-format.ts';
import { type Line, readLines } from './lines.ts';
import { showProgress } from './progress.ts';
import { Skips } from './skips.ts';
import { number, summary } from './summary.ts';
import { openTarget } from './target.ts';

const USAGE = `npm run import -- [--from <file>] [--dry-run] [--report <file>]

Puts the messages of an npm run export into the service's Redis (REDIS_*, KEY_PREFIX and PARTITIONS, from
the environment or .env), each as it was: scheduled or failed, with its attempts. A message that is there
already is left alone. Payloads and headers are encrypted with the first of PAYLOAD_KEYS, where there are
some. The service may run. Safe to run again.

  --from <file>    standard input unless given
  --dry-run        write nothing, say what would happen
  --report <file>  write everything that was skipped, with its reason, as NDJSON

What is past due by now is sent at once. Exit code: 0 everything is there, 2 something was skipped, 1 failure.`;

const OPTIONS = {
  from: { type: 'string' },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
} as const;

class Import {
  readonly counts: Record<RestoreVerdict | 'read' | 'pastDue', number> = {
    ...{ read: 0, restored: 0, pastDue: 0, exists: 0, taken: 0 },
  };
  private readonly transfer: Transfer;
  private readonly skips: Skips;
  private readonly mode: TransferMode;
  private begun = false;
  private ended = false;

  constructor(transfer: Transfer, skips: Skips, mode: TransferMode) {
    this.transfer = transfer;
    this.skips = skips;
    this.mode = mode;
  }

  /** Batch by batch: what one batch takes is all that is held in memory. */
  async run(input: Readable): Promise<void> {
    for await (const lines of readLines(input)) {
      await Promise.all(this.afterHeader(lines).map((line) => this.importLine(line)));
    }
    if (!this.begun) throw new UserError('this is no export: it is empty');
    if (!this.ended) this.skips.add('the end', 'is missing: the export was cut off');
  }

  progress(): string {
    const { read, restored, exists } = this.counts;
    const done = `${number(restored)} imported, ${number(exists)} already there`;
    return `${number(read)} read: ${done}, ${number(this.skips.count)} skipped`;
  }

  /** What npm prints before a script's own output (`> name`, `> command`) comes before the header. */
  private afterHeader(lines: readonly Line[]): readonly Line[] {
    if (this.begun) return lines;
    const first = lines.findIndex(({ text }) => text.startsWith('{'));
    const header = lines[first];
    if (header === undefined) throw new UserError('this is no export: it has no first line');
    readHeader(header.text);
    this.begun = true;
    return lines.slice(first + 1);
  }

  private async importLine({ number: at, text }: Line): Promise<void> {
    const line = readLine(text);
    if (line.kind === 'malformed') return this.skips.add(at, line.reason);
    if (line.kind === 'end') {
      this.ended = true;
      return;
    }
    this.counts.read += 1;
    const { verdict, pastDue } = await this.transfer.restore(line.message, this.mode);
    this.counts[verdict] += 1;
    if (pastDue && verdict === 'restored') this.counts.pastDue += 1;
    if (verdict === 'taken') this.skips.add(at, 'the key of its id holds something else');
  }
}

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  run: async ({ from, 'dry-run': dryRun = false, report }) => {
    const skips = new Skips('line', report === undefined ? undefined : userPath(report));
    const input = await openInput(from);
    try {
      const mode = dryRun ? 'look' : 'write';
      console.log(await importInto(input, from ?? 'standard input', skips, mode));
      return skips.count > 0 ? SKIPPED : DONE;
    } finally {
      input.destroy();
      skips.close();
    }
  },
});

async function openInput(from: string | undefined): Promise<Readable> {
  if (from !== undefined) return (await open(userPath(from))).createReadStream();
  if (process.stdin.isTTY) {
    throw new UserError(
      'nothing to import: say --from <file>, or send an export to standard input',
    );
  }
  return process.stdin;
}

/** @returns what came of it, in words */
async function importInto(
  input: Readable,
  origin: string,
  skips: Skips,
  mode: TransferMode,
): Promise<string> {
  const target = await openTarget(mode);
  try {
    const task = new Import(target.transfer, skips, mode);
    await showProgress(
      () => task.progress(),
      () => task.run(input),
    );
    const { read, restored, pastDue, exists } = task.counts;
    const lines = summary(`From ${origin} into ${target.name}:`, mode, [
      [read, 'messages read'],
      [restored, 'imported'],
      [pastDue, 'of these past due: sent at once', 'hide-zero'],
      [exists, 'already there: left alone'],
      [skips.count, 'skipped'],
    ]);
    return [...lines, ...skips.lines()].join('\n');
  } finally {
    target.close();
  }
}
