// npm run chaos. Everything it makes lies in one temporary folder, which goes when this process does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { watchSignals } from '../lib/signals.mjs';
import { reportError } from '../lib/user-error.mjs';
import { type Request, readArguments, USAGE } from './arguments.ts';
import { type Report, runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { formatTable, type Unplayed } from './table.ts';

/** Violations of one run that are printed; a broken promise tends to break for many messages. */
const SHOWN = 20;

const signals = watchSignals();

function list(): void {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  for (const { name, fault, holds } of SCENARIOS) {
    console.log(`${name.padEnd(width)}  ${fault}\n${' '.repeat(width)}  → ${holds}`);
  }
}

function useTemporaryFolder(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'agendamento-chaos-'));
  process.env.TMPDIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

function announce({ scenario, seed, struck, violations, ms }: Report, form: string): void {
  const mark = violations.length === 0 ? '✓' : '✗';
  const seconds = (ms / 1000).toFixed(1);
  console.log(
    `${mark} ${scenario.name} (seed ${seed}; the fault struck ${struck} ×; ${seconds} s)`,
  );
  for (const { kind, about, detail } of violations.slice(0, SHOWN)) {
    console.log(`    ${kind}: ${about}: ${detail}`);
  }
  if (violations.length > SHOWN) console.log(`    … and ${violations.length - SHOWN} more`);
  if (violations.length === 0) return;
  const short = form === 'short' ? '--short ' : '';
  console.log(`    again: npm run chaos -- ${short}--seed ${seed} ${scenario.name}`);
}

/** @returns whether everything held */
async function play({ scenarios, seed, form, forMs }: Request): Promise<boolean> {
  const reports: Report[] = [];
  const unplayed: Unplayed[] = [];
  const playable = [];
  for (const scenario of scenarios) {
    const reason = await scenario.hindrance?.();
    if (reason === undefined) playable.push(scenario);
    else unplayed.push({ name: scenario.name, reason });
  }
  console.log(`seed ${seed}; ${playable.length} scenarios, ${form} form`);
  const until = performance.now() + forMs;
  const isOver = () => performance.now() >= until;
  for (let round = 0; round === 0 || (!isOver() && playable.length > 0); round += 1) {
    for (const scenario of playable) {
      if (round > 0 && isOver()) break;
      const { signal } = signals;
      const report = await runScenario(scenario, { seed: seed + round, form, signal });
      announce(report, form);
      reports.push(report);
    }
  }
  console.log(`\n${formatTable(reports, unplayed)}`);
  return reports.every(({ violations }) => violations.length === 0);
}

try {
  const request = readArguments(process.argv.slice(2), SCENARIOS);
  if (request.only === 'help') console.log(USAGE);
  else if (request.only === 'list') list();
  else {
    useTemporaryFolder();
    process.exitCode = (await play(request)) ? 0 : 1;
  }
} catch (error) {
  if (!signals.signal.aborted) reportError(error);
  process.exitCode = signals.exitCode() ?? 1;
}
// Not `signals.release`: what a broken scenario still has open must not keep us.
process.exit();
