import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Series } from '../report/series.ts';
import { burstChart } from './burst-chart.ts';
import { latenessChart } from './lateness-chart.ts';

/**
 * Draws the charts whose series were measured.
 * @returns the files written
 */
export function drawCharts(dir: string, { lateness, burst }: Series): string[] {
  mkdirSync(dir, { recursive: true });
  const charts = {
    'lateness.svg': lateness && latenessChart(lateness),
    'burst.svg': burst && burstChart(burst),
  };
  return Object.entries(charts).flatMap(([name, svg]) => {
    if (svg === undefined) return [];
    const file = path.join(dir, name);
    writeFileSync(file, svg);
    return [file];
  });
}
