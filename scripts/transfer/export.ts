import type { Transfer } from '../../src/store/transfer.ts';
import { UserError } from '../lib/user-error.mjs';
import { DONE, runCommand, SKIPPED, userPath } from './command.ts';
import { endLine, headerLine, messageLine } from './export-format.ts';
import { fileOutput, type Output, standardOutput } from './output.ts';
import { showProgress } from './progress.ts';
import { removeExported } from './remove.ts';
import { number, summary } from './summary.ts';
import { openTarget, type Target } from './target.ts';

const USAGE = `npm run export -- [--to <file>] [--remove [--force]]

Writes every message in the service's Redis (REDIS_*, KEY_PREFIX and PARTITIONS, from the environment or
.env) as a line of JSON, failed ones too. npm run import puts them back. The service may run; messages that
come, go or change meanwhile are written as they were before or after.

  --to <file>  a new file; standard output unless given (then: npm run --silent export > file)
  --remove     then remove from Redis exactly what the file holds, for a move or another number of
               partitions. Needs --to, and a service that is stopped
  --force      with --remove: although replicas are connected to this Redis database

Exit code: 0 done, 2 something was left out or not removed, 1 failure.`;

const OPTIONS = {
  to: { type: 'string' },
  remove: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  run: async ({ to, remove = false, force = false }) => {
    if (remove && to === undefined) throw new UserError('--remove needs --to <file>');
    if (force && !remove) throw new UserError('--force goes with --remove');
    const target = await openTarget('look');
    try {
      if (remove && !force) await refuseWhileRunning(target);
      const total = await target.transfer.count();
      const output = to === undefined ? standardOutput() : await fileOutput(userPath(to));
      const foreign = await exportAll(target, output, total);
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

/**
 * @param total about how many messages there are
 * @returns how many keys look like messages and are none
 */
async function exportAll(target: Target, output: Output, total: number): Promise<number> {
  const counts = { messages: 0, foreign: 0 };
  const describe = () => `${number(counts.messages)} of about ${number(total)} messages written`;
  try {
    await showProgress(describe, () => writeAll(target, output, counts));
  } catch (error) {
    await output.abandon();
    throw error;
  }
  const heading = `From ${target.name} to ${output.name}:`;
  const lines = summary(heading, 'write', [
    [counts.messages, 'messages written'],
    [counts.foreign, 'hashes left out: no messages of these settings', 'hide-zero'],
  ]);
  console.error(lines.join('\n'));
  return counts.foreign;
}

async function writeAll(
  { transfer, partitions }: { transfer: Transfer; partitions: number },
  output: Output,
  counts: { messages: number; foreign: number },
): Promise<void> {
  await output.write(headerLine(partitions, new Date().toISOString()));
  for await (const { messages, foreign } of transfer.walk()) {
    counts.foreign += foreign;
    counts.messages += messages.length;
    if (messages.length > 0) await output.write(messages.map(messageLine).join(''));
  }
  await output.write(endLine(counts.messages));
  await output.finish();
}
