import path from 'node:path';
import process from 'node:process';
import { Scope } from '../harness/scope.ts';
import { ensureBuilt } from '../lib/build.mjs';
import { ensureRedisServer } from '../lib/redis-install.mjs';
import { root } from '../lib/root.mjs';
import { createOnce } from './bench.ts';
import { type Options, readOptions, usage } from './options.ts';
import { describeMachine, readMachine } from './report/machine.ts';
import {
  isComplete,
  PUBLISHED,
  RESULTS,
  type Results,
  summarize,
  writeResults,
} from './report/results.ts';
import { formatTable } from './report/table.ts';
import { type Findings, runScenarios } from './run.ts';
import { FULL, QUICK } from './scale.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { makeWorkDir } from './stage/work-dir.ts';

/** Load per core, over one minute, from which other work spoils the figures. */
const BUSY = 0.5;

/**
 * Measures, prints the table and writes the results.
 * @param args of the command line
 * @param signal ends the run and every process it started
 * @returns the exit code: 1 when a scenario could not be measured
 * @throws UserError for arguments that mean nothing
 */
export async function runBench(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readOptions(args, SCENARIOS);
  if (options.help) {
    console.log(usage(SCENARIOS));
    return 0;
  }
  await ensureBuilt(root, { signal });
  await ensureRedisServer({ signal });
  const startedAt = new Date();
  const machine = readMachine();
  const findings = await measure(options, startedAt, signal);
  const results: Results = {
    form: options.quick ? 'quick' : 'full',
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    machine,
    ...findings,
  };
  report(results);
  const complete = isComplete(results);
  if (options.publish && complete) writeResults(PUBLISHED, results);
  return complete ? 0 : 1;
}

/** Runs the scenarios; when it resolves or rejects, everything they started has ended. */
async function measure(
  { quick, scenarios }: Options,
  startedAt: Date,
  signal: AbortSignal,
): Promise<Findings> {
  const scope = new Scope();
  // Progress goes to standard error: standard output is for the table.
  const say = (line: string) => {
    const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
    process.stderr.write(`${String(seconds).padStart(4)} s  ${line}\n`);
  };
  const scale = quick ? QUICK : FULL;
  const bench = { scale, scope, workDir: makeWorkDir(scope), say, once: createOnce() };
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([runScenarios(bench, scenarios, signal), aborted]);
  } finally {
    await scope.close();
  }
}

function report(results: Results): void {
  const { form, machine, figures, failures } = results;
  const file = path.relative(root, writeResults(RESULTS, results));
  console.log(formatTable(figures));
  console.log(`\n${summarize(figures)}. ${describeMachine(machine)}. All of it: ${file}`);
  if (machine.load > machine.cores * BUSY) {
    console.log(
      `The machine was busy when it began (load ${machine.load}): measure again at rest.`,
    );
  }
  if (form === 'quick')
    console.log('Quick form: smaller numbers; the targets are for the full one.');
  for (const { scenario, reason } of failures) {
    console.log(`✗ ${scenario} could not be measured: ${reason}`);
  }
}
