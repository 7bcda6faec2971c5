import { keyIdsOf, type StoredFields, type Transfer } from '../../src/store/transfer.ts';
import { UserError } from '../lib/user-error.mjs';
import { DONE, runCommand, SKIPPED, userPath } from './command.ts';
import { endLine, headerLine, messageLine } from './export-format.ts';
import { fileOutput, type Output, standardOutput } from './output.ts';
import { showProgress } from './progress.ts';
import { removeExported } from './remove.ts';
import { number, type SummaryRow, summary } from './summary.ts';
import { openTarget, type Target } from './target.ts';

const USAGE = `npm run export -- [--to <file>] [--decrypt | --remove [--force]]

Writes every message in the service's Redis (REDIS_*, KEY_PREFIX and PARTITIONS, from the environment or
.env) as a line of JSON, failed ones too. npm run import puts them back. The service may run; messages that
come, go or change meanwhile are written as they were before or after.

  --to <file>  a new file; standard output unless given (then: npm run --silent export > file)
  --decrypt    payloads and headers as they were given, where they are encrypted (PAYLOAD_KEYS); otherwise
               whoever imports the file needs the same keys. Not with --remove
  --remove     then remove from Redis exactly what the file holds, for a move or another number of
               partitions. Needs --to, and a service that is stopped
  --force      with --remove: although replicas are connected to this Redis database

Exit code: 0 done, 2 something was left out or not removed, 1 failure.`;

const OPTIONS = {
  to: { type: 'string' },
  decrypt: { type: 'boolean' },
  remove: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  run: async ({ to, decrypt = false, remove = false, force = false }) => {
    if (remove && to === undefined) throw new UserError('--remove needs --to <file>');
    // Only what the file holds exactly as Redis has it is removed.
    if (remove && decrypt) throw new UserError('--decrypt does not go with --remove');
    if (force && !remove) throw new UserError('--force goes with --remove');
    const target = await openTarget('look');
    try {
      if (remove && !force) await refuseWhileRunning(target);
      const total = await target.transfer.count();
      const output = to === undefined ? standardOutput() : await fileOutput(userPath(to));
      const foreign = await exportAll(target, output, { total, decrypt });
      const kept = remove ? await removeExported(target.transfer, output.name) : 0;
      return foreign + kept > 0 ? SKIPPED : DONE;
    } finally {
      target.close();
    }
  },
});

/** What a running service delivers or accepts between removal and import would come twice or be lost. */
async function refuseWhileRunning({ runningReplicas }: Target): Promise<void> {
  const replicas = await runningReplicas();
  if (replicas.length === 0) return;
  throw new UserError(
    `the service is running (${replicas.join(', ')}): stop it first, or, if those replicas belong to ` +
      'another service in this Redis database, add --force',
  );
}

interface ExportOptions {
  /** About how many messages there are. */
  readonly total: number;
  readonly decrypt: boolean;
}

interface Counts {
  messages: number;
  foreign: number;
  /** Messages in Redis that are encrypted, by the id of the key. */
  readonly encrypted: Map<string, number>;
}

/** @returns how many keys look like messages and are none */
async function exportAll(target: Target, output: Output, options: ExportOptions): Promise<number> {
  const { total, decrypt } = options;
  const { transfer } = target;
  const counts: Counts = { messages: 0, foreign: 0, encrypted: new Map() };
  const write = decrypt ? (fields: StoredFields) => transfer.reveal(fields) : undefined;
  const describe = () => `${number(counts.messages)} of about ${number(total)} messages written`;
  try {
    await showProgress(describe, () => writeAll(target, output, counts, write));
  } catch (error) {
    await output.abandon();
    throw error;
  }
  const heading = `From ${target.name} to ${output.name}:`;
  const lines = summary(heading, 'write', [
    [counts.messages, 'messages written'],
    ...[...counts.encrypted].map(
      ([id, count]): SummaryRow => [count, `of these encrypted in Redis with the key ${id}`],
    ),
    [counts.foreign, 'hashes left out: no messages of these settings', 'hide-zero'],
  ]);
  console.error(lines.join('\n'));
  return counts.foreign;
}

async function writeAll(
  { transfer, partitions }: { transfer: Transfer; partitions: number },
  output: Output,
  counts: Counts,
  change = (fields: StoredFields) => fields,
): Promise<void> {
  await output.write(headerLine(partitions, new Date().toISOString()));
  for await (const { messages, foreign } of transfer.walk()) {
    counts.foreign += foreign;
    counts.messages += messages.length;
    for (const id of messages.flatMap((fields) => [...keyIdsOf(fields)])) {
      counts.encrypted.set(id, (counts.encrypted.get(id) ?? 0) + 1);
    }
    const lines = messages.map((fields) => messageLine(change(fields)));
    if (lines.length > 0) await output.write(lines.join(''));
  }
  await output.write(endLine(counts.messages));
  await output.finish();
}
