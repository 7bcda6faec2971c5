import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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

/** Writes a run's results; the folder is made when it is missing. */
export function writeResults(dir: string, { figures, ...results }: Results): string {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'latest.json');
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
  writeFileSync(file, `${JSON.stringify({ ...results, figures: judged }, undefined, 2)}\n`);
  return file;
}

/** How many figures there are of each verdict, such as `12 met, 1 missed`. */
export function summarize(figures: readonly Figure[]): string {
  const counts = new Map<Verdict, number>();
  for (const verdict of figures.map(verdictOf)) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
