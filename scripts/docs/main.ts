// npm run docs: writes what the documents take from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PUBLISHED, readResults } from '../bench/report/results.ts';
import { root } from '../lib/root.mjs';
import { withBenchmarks } from './bench.ts';
import { COPIES } from './kubernetes.ts';
import { withMetrics, withMetricsPtBR } from './metrics.ts';
import { withScenarios } from './scenarios.ts';
import { envExample, withSettings, withSettingsPtBR } from './settings.ts';

function rewrite(name: string, change: (text: string) => string): void {
  const file = path.join(root, name);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

rewrite('README.md', withSettings);
rewrite('README.pt-BR.md', withSettingsPtBR);
rewrite('README.md', withMetrics);
rewrite('README.pt-BR.md', withMetricsPtBR);
rewrite('.env.example', envExample);
rewrite('ARCHITECTURE.md', withScenarios);
for (const { file, text } of COPIES) rewrite(file, text);
const results = readResults(PUBLISHED);
if (results !== undefined) rewrite('ARCHITECTURE.md', (text) => withBenchmarks(text, results));
