// npm run docs: writes what the documents take from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.mjs';
import { envExample, withSettings } from './settings.ts';

const readme = path.join(root, 'README.md');
writeFileSync(readme, withSettings(readFileSync(readme, 'utf8')));
writeFileSync(path.join(root, '.env.example'), envExample());
