import { readTlsFiles } from '../../src/config/config.ts';
import type { LegacyEntry, LegacySource } from '../../src/store/legacy-source.ts';
import type { AdoptVerdict, Transfer, TransferMode } from '../../src/store/transfer.ts';
import { openLegacySource } from '../../src/store/transfer-session.ts';
import { UserError } from '../lib/user-error.mjs';
import { DONE, runCommand, SKIPPED, userPath } from './command.ts';
import { readLegacy } from './legacy-message.ts';
import { showProgress } from './progress.ts';
import { redisName, toRedisSettings } from './redis-url.ts';
import { Skips } from './skips.ts';
import { number, summary } from './summary.ts';
import { openTarget, reached } from './target.ts';

const USAGE = `npm run import-legacy -- --from <redis url> [--dry-run] [--report <file>]

Takes over the messages of the old service: the JSON strings message:<id> of the Redis at --from become
scheduled messages in the service's Redis (REDIS_*, KEY_PREFIX and PARTITIONS, from the environment or
.env). Stop the old service first. The new one may run. Safe to run again.

  --from <url>     redis://[[user]:password@]host[:port][/database]; rediss:// for TLS, with the
                   certificates of the REDIS_TLS_ settings
  --dry-run        write nothing, say what would happen
  --report <file>  write everything that was skipped, with its reason, as NDJSON

The strings at --from are left as they are, unless they lie where the service keeps its own messages:
then each becomes a message in place. A time without offset is UTC; what is past due is sent at once.
Exit code: 0 everything is there, 2 something was skipped, 1 failure.`;

const OPTIONS = {
  from: { type: 'string' },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
} as const;

/** Why a message that reads well is skipped all the same. */
const REFUSALS: Partial<Record<AdoptVerdict, string>> = {
  taken: 'its id belongs to another message in the service',
  changed: 'its key now holds another text than was read: run this again',
};

class LegacyImport {
  readonly counts: Record<AdoptVerdict | 'found' | 'pastDue', number> = {
    ...{ found: 0, imported: 0, converted: 0, pastDue: 0 },
    ...{ already: 0, taken: 0, changed: 0 },
  };
  private readonly source: LegacySource;
  private readonly transfer: Transfer;
  private readonly skips: Skips;
  private readonly mode: TransferMode;

  constructor(source: LegacySource, transfer: Transfer, skips: Skips, mode: TransferMode) {
    this.source = source;
    this.transfer = transfer;
    this.skips = skips;
    this.mode = mode;
  }

  /** Batch by batch: what one batch takes is all that is held in memory. */
  async run(): Promise<void> {
    for await (const entries of this.source.walk()) {
      await Promise.all(entries.map((entry) => this.importOne(entry)));
    }
  }

  progress(): string {
    const { found, imported, converted, already } = this.counts;
    const done = `${number(imported + converted)} imported, ${number(already)} already there`;
    return `${number(found)} read: ${done}, ${number(this.skips.count)} skipped`;
  }

  private async importOne(entry: LegacyEntry): Promise<void> {
    this.counts.found += 1;
    const reading = readLegacy(entry);
    if ('reason' in reading) return this.skips.add(entry.key, reading.reason);
    const { message, text } = reading;
    const { verdict, pastDue } = await this.transfer.adopt(message, text, this.mode);
    this.counts[verdict] += 1;
    if (pastDue) this.counts.pastDue += 1;
    const refusal = REFUSALS[verdict];
    if (refusal !== undefined) this.skips.add(entry.key, refusal);
  }
}

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  run: async ({ from, 'dry-run': dryRun = false, report }) => {
    if (from === undefined) throw new UserError('--from is missing: the URL of the old Redis');
    const settings = toRedisSettings(from, () => readTlsFiles(process.env));
    const origin = redisName(settings);
    const skips = new Skips('key', report === undefined ? undefined : userPath(report));
    const old = await reached('the old Redis', origin, openLegacySource(settings));
    try {
      const mode = dryRun ? 'look' : 'write';
      console.log(await importFrom(old.source, origin, skips, mode));
      return skips.count > 0 ? SKIPPED : DONE;
    } finally {
      old.close();
      skips.close();
    }
  },
});

/** @returns what came of it, in words */
async function importFrom(
  source: LegacySource,
  origin: string,
  skips: Skips,
  mode: TransferMode,
): Promise<string> {
  const target = await openTarget(mode);
  try {
    const task = new LegacyImport(source, target.transfer, skips, mode);
    await showProgress(
      () => task.progress(),
      () => task.run(),
    );
    const { found, imported, converted, pastDue, already } = task.counts;
    const lines = summary(`From ${origin} into ${target.name}:`, mode, [
      [found, 'found'],
      [imported, 'imported'],
      [converted, 'converted in place', 'hide-zero'],
      [pastDue, 'of these past due: sent at once', 'hide-zero'],
      [already, 'already imported'],
      [skips.count, 'skipped'],
    ]);
    return [...lines, ...skips.lines()].join('\n');
  } finally {
    target.close();
  }
}
