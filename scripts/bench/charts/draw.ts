import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Series } from '../report/series.ts';
import { burstChart } from './burst-chart.ts';
import { latenessChart } from './lateness-chart.ts';

/**
 * Draws the charts whose series were measured.
 * @param dir must be there
 */
export function drawCharts(dir: string, { lateness, burst }: Series): void {
  const charts = {
    'lateness.svg': lateness && latenessChart(lateness),
    'burst.svg': burst && burstChart(burst),
  };
  for (const [name, svg] of Object.entries(charts)) {
    if (svg !== undefined) writeFileSync(path.join(dir, name), svg);
  }
}
