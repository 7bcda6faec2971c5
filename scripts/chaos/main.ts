import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ensureBuilt } from '../lib/build.mjs';
import { ensureRedisServer } from '../lib/redis-install.mjs';
import { root } from '../lib/root.mjs';
import { type Request, readArguments, usage } from './arguments.ts';
import { formatReport } from './report.ts';
import { type Report, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { formatTable, type Unplayed } from './table.ts';

/**
 * Plays scenarios and prints what came of them.
 * @param args of the command line
 * @param signal breaks it off; nothing is left behind then either
 * @returns the exit code: 1 when a promise was broken
 * @throws UserError for arguments that mean nothing
 */
export async function runChaos(args: readonly string[], signal: AbortSignal): Promise<number> {
  const request = readArguments(args, SCENARIOS);
  if (request.help || request.list) {
    console.log(usage(SCENARIOS, request.help));
    return 0;
  }
  await ensureBuilt(root, { signal });
  await ensureRedisServer({ signal });
  useTemporaryFolder();
  const { playable, unplayed } = await sort(request);
  console.log(`seed ${request.seed}; ${playable.length} scenarios, ${request.form} form`);
  const reports = await playAll(playable, request, signal);
  console.log(`\n${formatTable(reports, unplayed)}`);
  return reports.every(({ violations }) => violations.length === 0) ? 0 : 1;
}

/** Everything that is made lies in one folder, which goes when this process does. */
function useTemporaryFolder(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'agendamento-chaos-'));
  process.env.TMPDIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

/** Tells what can be played on this machine from what cannot. */
async function sort({ scenarios, form }: Request) {
  const playable: Scenario[] = [];
  const unplayed: Unplayed[] = [];
  for (const scenario of scenarios) {
    const reason = await scenario.hindrance?.(form);
    if (reason === undefined) playable.push(scenario);
    else unplayed.push({ name: scenario.name, reason });
  }
  return { playable, unplayed };
}

/** Plays the scenarios once, then again with the next seed until the time is over. */
async function playAll(
  scenarios: readonly Scenario[],
  { seed, form, conditions, forMs }: Request,
  signal: AbortSignal,
): Promise<Report[]> {
  const reports: Report[] = [];
  const end = performance.now() + forMs;
  const isOver = () => performance.now() >= end;
  for (let round = 0; round === 0 || !isOver(); round += 1) {
    for (const scenario of scenarios) {
      if (round > 0 && isOver()) break;
      const report = await runScenario(scenario, { seed: seed + round, form, conditions, signal });
      console.log(formatReport(report));
      reports.push(report);
    }
    if (scenarios.length === 0) break;
  }
  return reports;
}
