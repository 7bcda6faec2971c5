// npm run docs: writes what the documents take from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PUBLISHED, readResults } from '../bench/report/results.ts';
import { root } from '../lib/root.mjs';
import { withBenchmarks } from './bench.ts';
import { envExample, withSettings } from './settings.ts';

const readme = path.join(root, 'README.md');
writeFileSync(readme, withSettings(readFileSync(readme, 'utf8')));
writeFileSync(path.join(root, '.env.example'), envExample());

const architecture = path.join(root, 'ARCHITECTURE.md');
const results = readResults(PUBLISHED);
if (results !== undefined) {
  writeFileSync(architecture, withBenchmarks(readFileSync(architecture, 'utf8'), results));
}
