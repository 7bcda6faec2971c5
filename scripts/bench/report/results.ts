import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../lib/root.mjs';
import { drawCharts } from '../charts/draw.ts';
import type { Findings } from '../run.ts';
import type { Scale } from '../scale.ts';
import { type Figure, type Verdict, verdictOf } from './figure.ts';
import type { Machine } from './machine.ts';

/** A run, as its JSON file has it. */
export interface Results extends Findings {
  readonly form: Scale['form'];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
}

/** Every run writes here; not in git. */
export const RESULTS = path.join(root, 'bench-results');
/** What the documents show; `npm run docs` puts the figures into them. */
export const PUBLISHED = path.join(root, 'scripts/bench/results');

const FILE = 'latest.json';

/**
 * Writes a run's results and draws its charts; the folder is made when it is missing.
 * @returns the file with the results
 */
export function writeResults(dir: string, { figures, ...results }: Results): string {
  mkdirSync(dir, { recursive: true });
  drawCharts(dir, results.series);
  const file = path.join(dir, FILE);
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
  writeFileSync(file, `${JSON.stringify({ ...results, figures: judged }, undefined, 2)}\n`);
  return file;
}

/** @returns what `writeResults` wrote, or nothing when it never did */
export function readResults(dir: string): Results | undefined {
  const file = path.join(dir, FILE);
  if (!existsSync(file)) return undefined;
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  // JSON has no such number: what could not be measured stands there as null.
  const figures = results.figures.map((figure) => ({
    ...figure,
    value: figure.value ?? Number.NaN,
  }));
  return { ...results, figures };
}

/** Whether everything that was asked for could be measured, met or missed. */
export function isComplete({ figures, failures }: Findings): boolean {
  return failures.length === 0 && figures.every((f) => verdictOf(f) !== 'not measured');
}

/** How many figures there are of each verdict, such as `12 met, 1 missed`. */
export function summarize(figures: readonly Figure[]): string {
  const counts = new Map<Verdict, number>();
  for (const verdict of figures.map(verdictOf)) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
